"""What a help page is made of: topics of steps, each with who does it, in Chinese and in English, and its picture."""

from dataclasses import dataclass
from enum import Enum

from app.kernel.labels import Label


class Shape(Enum):
    """Width and height of a picture: a page, the part of a page that matters, a phone."""

    PAGE = (1180, 680)
    PART = (860, 480)
    PHONE = (390, 700)


@dataclass(frozen=True)
class HelpStep:
    """One step: who, what, and a picture of it."""

    title: Label
    text: Label
    picture: str = ""
    who: Label | None = None
    shape: Shape = Shape.PAGE


@dataclass(frozen=True)
class HelpTopic:
    """One page."""

    key: str
    title: Label
    lead: Label
    steps: tuple[HelpStep, ...]
    group: str


OWNER = Label("建设单位", "Owner")
DESIGNER = Label("设计单位", "Design institute")
LEAD = Label("审查机构·技术负责人", "Agency · technical lead")
REVIEWER = Label("审查机构·审查人员", "Agency · reviewer")
LEGAL = Label("审查机构·法定代表人", "Agency · legal representative")
ANYBODY = Label("任何人", "Anybody")
