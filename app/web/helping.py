"""Help: what the product is used for, told in steps with pictures. Open to everybody; it shows the demonstration alone."""

from flask import Blueprint, render_template

from app.kernel.errors import NOT_FOUND, Refused
from app.web.help import GROUPS, TOPICS

pages = Blueprint("help", __name__)


@pages.get("/help")
def index() -> str:
    """All topics."""
    return render_template("help/index.html", topics=list(TOPICS.values()), groups=GROUPS)


@pages.get("/help/<topic>")
def topic_page(topic: str) -> str:
    """One topic."""
    found = TOPICS.get(topic)
    if found is None:
        raise Refused(NOT_FOUND)
    return render_template("help/topic.html", topic=found, topics=list(TOPICS.values()), groups=GROUPS)
