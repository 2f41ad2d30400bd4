"""What a rule of the table of notices is: words, listeners, and what the notice is about."""

from dataclasses import dataclass
from enum import StrEnum

from app.access.rules import Permission as Do
from app.kernel.labels import Label


class Subject(StrEnum):
    """What a notice is about: where it leads, and by what it is gathered."""

    CASE = "case"
    CHANGE = "change"
    SHEET = "sheet"
    SEAT = "seat"
    PROJECT = "project"
    RECEIPTS = "receipts"
    """The confirmations of a project."""
    TRANSMITTAL = "handout"
    NOTE = "note"
    JDR = "jdr"


class Who(StrEnum):
    """How the people of a rule are found (``audience.py``)."""

    MAY = "may"
    """Whose seat may do what waits now, to the thing the entry speaks of."""
    AGENCY = "agency"
    """The same, of the case's agency."""
    REVIEWERS = "reviewers"
    """The reviewers whom the case's disciplines are assigned to."""
    ASSIGNED = "assigned"
    """The reviewer whom this entry assigns."""
    NEXT_SIGNER = "next_signer"
    """Who may give the signature that comes after this one; after the last, who may issue."""
    BUILDERS = "builders"
    """Everybody on site who sees the sheet."""
    MENTIONED = "mentioned"
    """Whom a comment names, and the author of the mark."""
    MARK_PEOPLE = "mark_people"
    """The author of a mark and who is to answer it."""
    ASSIGNEE = "assignee"
    HOLDER = "holder"
    """The person of a seat."""
    RECEIVER = "receiver"
    """Who may do something for the receiving party that the entry names."""
    RECIPIENTS = "recipients"
    """The same, of every party that a transmittal goes to."""
    NOTE_ASKER = "note_asker"
    """Who wrote a contact note."""
    NOTE_ASKED = "note_asked"
    """Who may answer it for the asked party."""
    NOTE_COPIES = "note_copies"
    """The same people of the parties that get a copy."""


@dataclass(frozen=True)
class Audience:
    """Some people."""

    who: Who
    permission: Do | None = None


@dataclass(frozen=True)
class Told:
    """One rule: what is said of a type of entry, and to whom."""

    label: Label
    to: tuple[Audience, ...]
    about: Subject
    is_urgent: bool = False
    """Not held back for grouping: who goes on building from it does harm."""
    waits: bool = False
    """Something waits for who is told."""
