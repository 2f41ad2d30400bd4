"""What of contact notes and joint drawing reviews waits for a person: rows of the worklist."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.access.rules import Permission
from app.kernel.labels import Label
from app.kernel.policy import Rights, Target
from app.questions.queries.joint import JointView, joint_for, joints_of
from app.questions.queries.notes import NoteRow, notes_of
from app.questions.rules import JOINT_LABELS, NOTE_LABELS, JointState, NoteState


@dataclass(frozen=True)
class WaitingQuestion:
    """One thing that waits."""

    label: Label
    title: str
    path: str
    state: Label
    due: str
    is_overdue: bool


def questions_waiting(
    session: Session, rights: Rights, project_id: str, now: datetime
) -> list[WaitingQuestion]:
    """What waits for the actor; what is overdue or due first comes first."""
    found = [w for note in notes_of(session, rights, project_id, now) if (w := _of_note(note, rights))]
    for row in joints_of(session, rights, project_id):
        if row.state != JointState.CLOSED:
            found += _of_joint(joint_for(session, rights, row.id))
    return sorted(found, key=lambda w: (not w.is_overdue, w.due or "9999"))


def _of_note(note: NoteRow, rights: Rights) -> WaitingQuestion | None:
    own = [s.party_id for s in rights.seats]
    label = None
    if note.state == NoteState.OPEN and note.to_party_id in own:
        target = Target(
            next(s.project_id for s in rights.seats if s.party_id == note.to_party_id),
            party_id=note.to_party_id,
            discipline=note.discipline,
        )
        if rights.may(Permission.NOTE_ANSWER, target):
            label = Label("答复工程联系单", "Answer a contact note")
    if note.state == NoteState.ANSWERED and note.party_id in own:
        label = Label("核对答复，关闭联系单", "Read the answer and close the note")
    if label is None:
        return None
    title = f"#{note.serial} {note.title}"
    return WaitingQuestion(
        label, title, f"/notes/{note.id}", NOTE_LABELS[note.state], note.wanted_on, note.is_overdue
    )


def _of_joint(view: JointView) -> list[WaitingQuestion]:
    found = []
    if view.state == JointState.PLANNED and view.may_ask:
        found.append(Label("提出会审问题", "Ask for the joint review"))
    left = sum(i.may_answer and not i.is_done for i in view.items)
    if left and view.state in (JointState.COLLECTED, JointState.HELD):
        found.append(Label(f"答复 {left} 条会审问题", f"Answer {left} questions of the joint review"))
    if view.may_sign:
        found.append(Label("签认图纸会审记录", "Sign the record of the joint review"))
    found += [
        Label(f"图纸会审：{move.label.zh}", f"Joint review: {move.label.en.lower()}")
        for move in view.moves
        if move.is_open and move.event != "reopen"
    ]
    path, state = f"/joint-reviews/{view.id}", JOINT_LABELS[view.state]
    return [
        WaitingQuestion(label, view.row.title, path, state, view.row.meeting_on, is_overdue=False)
        for label in found
    ]
