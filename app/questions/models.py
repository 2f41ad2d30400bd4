"""Tables of contact notes and joint drawing reviews. Rows that people move carry a version; all others are appended."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db.types import Base, Id, Instant, Json, Ref, Sha256, Sm3, UtcMicros, Versioned, one_of
from app.questions.rules import ItemClass, ItemSeverity, JointState, NoteState, Outcome


class ContactNote(Versioned, Base):
    """A question in daily work (工程联系单), from one party to another. Never a change by itself."""

    __tablename__ = "contact_notes"

    id: Mapped[Id]
    project_id: Mapped[str] = mapped_column(sa.ForeignKey("projects.id"))
    serial: Mapped[int]
    """Of the project; given once, never reused."""
    client_key: Mapped[str] = mapped_column(sa.String(40))
    """Made by who sends it: the same note sent twice exists once."""
    title: Mapped[str] = mapped_column(sa.String(200))
    question: Mapped[str] = mapped_column(sa.Text)
    discipline: Mapped[str] = mapped_column(sa.String(20))
    sheet_id: Mapped[Ref | None] = mapped_column(index=True)
    revision_id: Mapped[Ref | None]
    base_sha256: Mapped[str] = mapped_column(sa.String(64))
    """The bytes that the asker looked at; empty without a sheet."""
    region: Mapped[list[Any]] = mapped_column(Json)
    """``[x0, y0, x1, y1]``, um of sheet space; empty: the whole sheet."""
    grid: Mapped[str] = mapped_column(sa.String(20))
    wanted_on: Mapped[str] = mapped_column(sa.String(10))
    """ISO day by which an answer is wished; empty: none."""
    party_id: Mapped[Ref]
    """Who asks."""
    to_party_id: Mapped[Ref]
    copy_party_ids: Mapped[list[Any]] = mapped_column(Json)
    state: Mapped[str] = mapped_column(sa.String(12))
    change_id: Mapped[str] = mapped_column(sa.String(20))
    """The change document that it was turned into; empty: none."""
    person_id: Mapped[Ref]
    seat_id: Mapped[Ref]
    created_at: Mapped[Instant]
    state_at: Mapped[Instant]

    __table_args__ = (
        one_of("state", NoteState),
        sa.UniqueConstraint("project_id", "serial"),
        sa.UniqueConstraint("person_id", "client_key"),
        sa.Index("ix_contact_notes_project", "project_id", "state"),
    )


class ContactNoteStep(Base):
    """One move of a note, answers among them. Appended."""

    __tablename__ = "contact_note_steps"

    id: Mapped[Id]
    note_id: Mapped[str] = mapped_column(sa.ForeignKey("contact_notes.id"), index=True)
    event: Mapped[str] = mapped_column(sa.String(12))
    target: Mapped[str] = mapped_column(sa.String(12))
    text: Mapped[str] = mapped_column(sa.Text)
    person_id: Mapped[Ref]
    seat_id: Mapped[Ref]
    party_id: Mapped[Ref]
    at: Mapped[Instant]


class ContactNoteFile(Base):
    """A photo or a paper of a note: bytes as sent. Appended."""

    __tablename__ = "contact_note_files"

    id: Mapped[Id]
    note_id: Mapped[str] = mapped_column(sa.ForeignKey("contact_notes.id"), index=True)
    is_photo: Mapped[bool]
    """A child has read it as a picture: pages show one drawn anew."""
    sha256: Mapped[Sha256]
    sm3: Mapped[Sm3]
    size: Mapped[int] = mapped_column(sa.BigInteger)
    media_type: Mapped[str] = mapped_column(sa.String(60))
    file_name: Mapped[str] = mapped_column(sa.String(300))
    person_id: Mapped[Ref]
    seat_id: Mapped[Ref]
    party_id: Mapped[Ref]
    added_at: Mapped[Instant]


class JointReview(Versioned, Base):
    """A joint drawing review (图纸会审): questions of the parties, one meeting, one record that four parties sign."""

    __tablename__ = "jdr_reviews"

    id: Mapped[Id]
    project_id: Mapped[str] = mapped_column(sa.ForeignKey("projects.id"))
    serial: Mapped[int]
    title: Mapped[str] = mapped_column(sa.String(200))
    disciplines: Mapped[list[Any]] = mapped_column(Json)
    """Which disciplines it covers; empty: all of the project."""
    state: Mapped[str] = mapped_column(sa.String(20))
    meeting_on: Mapped[str] = mapped_column(sa.String(10))
    """ISO day of the meeting; empty: not fixed."""
    place: Mapped[str] = mapped_column(sa.String(200))
    attendees: Mapped[list[Any]] = mapped_column(Json)
    """``[party id or "", name]`` each."""
    last_item: Mapped[int]
    edition: Mapped[int]
    """How often the record was sent for signing: part of what is signed, so that no signature comes back to life."""
    digest: Mapped[str] = mapped_column(sa.String(64))
    """SHA-256 over the lines of the frozen record (``record.py``); empty while it is not frozen."""
    created_by: Mapped[Ref]
    created_at: Mapped[Instant]
    state_at: Mapped[Instant]

    __table_args__ = (
        one_of("state", JointState),
        sa.UniqueConstraint("project_id", "serial"),
    )


class JointStep(Base):
    """One move of a joint review. Appended."""

    __tablename__ = "jdr_steps"

    id: Mapped[Id]
    review_id: Mapped[str] = mapped_column(sa.ForeignKey("jdr_reviews.id"), index=True)
    event: Mapped[str] = mapped_column(sa.String(12))
    target: Mapped[str] = mapped_column(sa.String(20))
    digest: Mapped[str] = mapped_column(sa.String(64))
    """Of the record as the step left it."""
    note: Mapped[str] = mapped_column(sa.Text)
    person_id: Mapped[Ref]
    seat_id: Mapped[Ref]
    party_id: Mapped[Ref]
    at: Mapped[Instant]


class JointItem(Versioned, Base):
    """One question of a joint review, with its answer. ``serial`` is its number for life; ``position`` orders lists."""

    __tablename__ = "jdr_items"

    id: Mapped[Id]
    review_id: Mapped[str] = mapped_column(sa.ForeignKey("jdr_reviews.id"))
    serial: Mapped[int]
    position: Mapped[int]
    origin: Mapped[str] = mapped_column(sa.String(60))
    """Empty; ``import:<key>`` of a table's row; ``note:<id>`` of a contact note."""
    discipline: Mapped[str] = mapped_column(sa.String(20))
    sheet_id: Mapped[Ref | None] = mapped_column(index=True)
    revision_id: Mapped[Ref | None]
    base_sha256: Mapped[str] = mapped_column(sa.String(64))
    region: Mapped[list[Any]] = mapped_column(Json)
    place: Mapped[str] = mapped_column(sa.String(120))
    """In words: axes, level, grid field; the sheet's number where it is none of the register."""
    question: Mapped[str] = mapped_column(sa.Text)
    party_id: Mapped[Ref]
    """Who asks."""
    person_id: Mapped[Ref]
    seat_id: Mapped[Ref]
    asked_at: Mapped[Instant]
    is_withdrawn: Mapped[bool]
    answer: Mapped[str] = mapped_column(sa.Text)
    answered_by: Mapped[str] = mapped_column(sa.String(20))
    """Person; empty: nobody yet."""
    answering_party: Mapped[str] = mapped_column(sa.String(20))
    answered_at: Mapped[datetime | None] = mapped_column(UtcMicros)
    item_class: Mapped[str] = mapped_column(sa.String(1))
    severity: Mapped[str] = mapped_column(sa.String(10))
    outcome: Mapped[str] = mapped_column(sa.String(16))
    touches_mandatory: Mapped[bool]
    """Touches a mandatory clause; of class A it must go to re-review."""
    change_id: Mapped[str] = mapped_column(sa.String(20))
    """Its change document; empty: none."""

    __table_args__ = (
        one_of("item_class", ItemClass),
        one_of("severity", ItemSeverity),
        one_of("outcome", Outcome),
        sa.UniqueConstraint("review_id", "serial"),
    )


class JointSignature(Base):
    """A party's signature under a record: it names the digest. Appended; counts while the record has that digest."""

    __tablename__ = "jdr_signatures"

    id: Mapped[Id]
    review_id: Mapped[str] = mapped_column(sa.ForeignKey("jdr_reviews.id"))
    digest: Mapped[Sha256]
    party_role: Mapped[str] = mapped_column(sa.String(24))
    person_id: Mapped[Ref]
    seat_id: Mapped[Ref]
    party_id: Mapped[Ref]
    at: Mapped[Instant]

    __table_args__ = (sa.UniqueConstraint("review_id", "digest", "party_id"),)


class JointWaiver(Base):
    """The owner's word that disciplines need no joint review before release, with the reason. Appended."""

    __tablename__ = "jdr_waivers"

    id: Mapped[Id]
    project_id: Mapped[str] = mapped_column(sa.ForeignKey("projects.id"), index=True)
    disciplines: Mapped[list[Any]] = mapped_column(Json)
    """Empty: the whole project."""
    reason: Mapped[str] = mapped_column(sa.Text)
    person_id: Mapped[Ref]
    seat_id: Mapped[Ref]
    party_id: Mapped[Ref]
    at: Mapped[Instant]


APPEND_ONLY = ("contact_note_steps", "contact_note_files", "jdr_steps", "jdr_signatures", "jdr_waivers")
"""Tables on which UPDATE and DELETE are stopped by trigger."""
