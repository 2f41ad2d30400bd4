"""What the help pages say: topics of steps, each with who does it, in Chinese and in English, and its picture.

The pictures are taken from a real walk through the product (``tests/story/help_pictures.py``,
``tests/story/help_site_pictures.py``) and can be taken again.
"""

from collections.abc import Mapping

from app.kernel.labels import Label
from app.web.help.account import CODES
from app.web.help.changes import CHANGES
from app.web.help.daily import API, COMPARE, INTAKE, MARKS, NOTICES, OFFLINE, RECORD
from app.web.help.parts import HelpStep, HelpTopic, Shape
from app.web.help.questions import JOINT, NOTES
from app.web.help.review import REVIEW, SELF_CHECK
from app.web.help.seals import SEALS
from app.web.help.site import DISTRIBUTION, SCAN

__all__ = ["GROUPS", "TOPICS", "HelpStep", "HelpTopic", "Shape"]

GROUPS: Mapping[str, Label] = {
    "drawings": Label("图纸", "Drawings"),
    "review": Label("审查", "Review"),
    "site": Label("施工现场", "On site"),
    "office": Label("查阅与平台", "Record and platform"),
}
"""In the order of work."""
TOPICS: Mapping[str, HelpTopic] = {
    topic.key: topic
    for topic in (
        INTAKE, MARKS, COMPARE, SELF_CHECK, REVIEW, JOINT, DISTRIBUTION, SCAN, NOTES, CHANGES, OFFLINE, RECORD, SEALS,
        NOTICES, CODES, API,
    )
}  # fmt: skip
"""In the order of the first page, group by group."""
