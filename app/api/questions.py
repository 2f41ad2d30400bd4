"""Contact notes (工程联系单) and joint drawing reviews (图纸会审), by the same acts as on the pages."""

from app.access.rules import Permission
from app.api.request import act, etag, expected_version, now, reading, rights
from app.api.shapes.common import Changed, Created, Page, PageQuery, page_of
from app.api.shapes.questions import (
    ItemAnswerBody,
    ItemBody,
    JointBody,
    JointMoveBody,
    JointReviewOut,
    JointRowOut,
    NoteBody,
    NoteMovedOut,
    NoteOut,
    NoteRowOut,
    NotesQuery,
    NoteStepBody,
    SignBody,
    SignedOut,
)
from app.api.table import PREFIX, Answer, Table
from app.kernel.db.transactions import Tx
from app.kernel.policy import Target
from app.questions.actions.joint_items import AnswerItem, AskItem, ItemText, answer_item, ask_item
from app.questions.actions.joint_reviews import MoveJoint, PlanJoint, move_joint, plan_joint
from app.questions.actions.notes import AskNote, MoveNote, ask_note, move_note
from app.questions.actions.signing import SignJoint, sign_joint
from app.questions.queries.joint import joint_for, joints_of
from app.questions.queries.notes import note_for, notes_of, notes_on_sheet
from app.questions.turning import Turning

table = Table("questions")
NOTES, NOTE = "/projects/{project_id}/notes", "/notes/{note_id}"
JOINTS, JOINT = "/projects/{project_id}/joint-reviews", "/joint-reviews/{joint_id}"
ITEM = "/joint-items/{item_id}"


@table.add("GET", NOTES, answer=Page[NoteRowOut], query=NotesQuery)
def list_notes(project_id: str, query: NotesQuery) -> Answer:
    """The contact notes of a project that one may see, the newest first."""
    rights().require(Permission.NOTE_VIEW, Target(project_id))
    found = (
        notes_on_sheet(reading(), rights(), project_id, query.sheet_id, now())
        if query.sheet_id
        else notes_of(reading(), rights(), project_id, now())
    )
    chosen = [n for n in found if query.state in (None, n.state)]
    return page_of(NoteRowOut, chosen, query, NoteRowOut.model_validate, lambda n: n.id)


@table.add("POST", NOTES, body=NoteBody, answer=Created, status=201, repeats=True)
def ask_one_note(project_id: str, body: NoteBody) -> Answer:
    """Send a contact note to another party. It changes no drawing."""
    command = AskNote(
        project_id,
        body.to_party_id,
        body.question,
        body.title,
        body.revision_id or "",
        body.region,
        body.grid,
        body.discipline or "",
        body.wanted_on,
        body.copy_party_ids,
        body.client_key,
    )

    def work(tx: Tx) -> Answer:
        note_id = ask_note(tx, command)
        return Answer(Created(id=note_id), 201, {"Location": f"{PREFIX}/notes/{note_id}"})

    return act(work)


@table.add("GET", NOTE, answer=NoteOut)
def get_note(note_id: str) -> Answer:
    """One contact note with its answers, steps and files."""
    found = note_for(reading(), rights(), note_id, now())
    return Answer(NoteOut.model_validate(found), headers=etag(found.version))


@table.add("POST", f"{NOTE}/steps", body=NoteStepBody, answer=NoteMovedOut, repeats=True)
def move_one_note(note_id: str, body: NoteStepBody) -> Answer:
    """Answer, close, reopen, withdraw a note, or turn it into a change."""
    command = MoveNote(note_id, body.event, body.text, Turning(body.kind or "", body.reason or ""))
    return act(lambda tx: Answer(NoteMovedOut(id=note_id, change_id=move_note(tx, command))))


@table.add("GET", JOINTS, answer=Page[JointRowOut], query=PageQuery)
def list_joint_reviews(project_id: str, query: PageQuery) -> Answer:
    """The joint drawing reviews of a project, the newest first."""
    rights().require(Permission.JDR_VIEW, Target(project_id))
    found = joints_of(reading(), rights(), project_id)
    return page_of(JointRowOut, found, query, JointRowOut.model_validate, lambda j: j.id)


@table.add("POST", JOINTS, body=JointBody, answer=Created, status=201, repeats=True)
def plan_one_joint_review(project_id: str, body: JointBody) -> Answer:
    """Convene a joint drawing review: questions are collected from now on."""
    command = PlanJoint(project_id, body.title, body.disciplines, body.meeting_on, body.place)

    def work(tx: Tx) -> Answer:
        review_id = plan_joint(tx, command)
        return Answer(Created(id=review_id), 201, {"Location": f"{PREFIX}/joint-reviews/{review_id}"})

    return act(work)


@table.add("GET", JOINT, answer=JointReviewOut)
def get_joint_review(joint_id: str) -> Answer:
    """One joint drawing review: questions, answers, signatures, and what may be done now with each condition."""
    found = joint_for(reading(), rights(), joint_id)
    return Answer(JointReviewOut.model_validate(found), headers=etag(found.version))


@table.add("POST", f"{JOINT}/items", body=ItemBody, answer=Created, status=201, repeats=True)
def ask_in_joint_review(joint_id: str, body: ItemBody) -> Answer:
    """Ask a question; its number never changes."""
    text = ItemText(
        body.question, body.discipline or "", body.revision_id or "", body.region, body.place, body.severity
    )
    return act(lambda tx: Answer(Created(id=ask_item(tx, AskItem(joint_id, text))), 201))


@table.add("POST", f"{JOINT}/steps", body=JointMoveBody, answer=Changed, repeats=True)
def move_joint_review(joint_id: str, body: JointMoveBody) -> Answer:
    """Take a step: collect, hold, answer, freeze, reopen, close."""

    def work(tx: Tx) -> Answer:
        move_joint(tx, MoveJoint(joint_id, body.event, body.note))
        return Answer(Changed(id=joint_id))

    return act(work)


@table.add("POST", f"{JOINT}/signatures", body=SignBody, answer=SignedOut, repeats=True)
def sign_joint_review(joint_id: str, body: SignBody) -> Answer:
    """Sign the record of this digest for one's party; the fourth of the four makes it effective."""
    command = SignJoint(joint_id, body.digest)
    return act(lambda tx: Answer(SignedOut(id=joint_id, is_effective=sign_joint(tx, command))))


@table.add("POST", f"{ITEM}/answer", body=ItemAnswerBody, answer=Changed, is_versioned=True, repeats=True)
def answer_in_joint_review(item_id: str, body: ItemAnswerBody) -> Answer:
    """Answer a question, class it and say what follows; in signing this takes the record back."""
    command = AnswerItem(
        item_id,
        expected_version(),
        body.answer,
        body.item_class,
        body.outcome,
        body.severity,
        body.touches_mandatory,
    )

    def work(tx: Tx) -> Answer:
        version = answer_item(tx, command)
        return Answer(Changed(id=item_id, version=version), headers=etag(version))

    return act(work)
