"""Marks (批注) of revisions, their threads, and carrying them to a newer revision."""

from collections.abc import Callable

from app.api.request import act, etag, expected_version, reading, rights, services
from app.api.shapes.common import Changed, Created, LabelOut, Page, PageQuery, Report, page_of
from app.api.shapes.comparing import RegionOut
from app.api.shapes.markups import (
    AssignBody,
    CarryBody,
    CommentBody,
    MarkBody,
    MarkContent,
    MarkOut,
    MoveBody,
    OfferOut,
)
from app.api.table import Answer, Table
from app.markups.actions.carries import CarryMarks, carry_marks
from app.markups.actions.marks import (
    DrawMark,
    EditMark,
    TakeBackMark,
    draw_mark,
    edit_mark,
    put_back_mark,
    take_back_mark,
)
from app.markups.actions.threads import (
    AssignMark,
    CommentMark,
    MoveMark,
    assign_mark,
    comment_mark,
    move_mark,
)
from app.markups.fields import MarkFields
from app.markups.flows import kept_comparisons
from app.markups.queries.carries import Offer, offers_for, pairs_for
from app.markups.queries.marks import MarkView, mark_for, marks_of
from app.markups.rules import STANDING_LABELS

table = Table("marks")
OF_REVISION = "/revisions/{revision_id}/marks"
ONE = "/marks/{mark_id}"


@table.add("GET", OF_REVISION, answer=Page[MarkOut], query=PageQuery)
def list_marks(revision_id: str, query: PageQuery) -> Answer:
    """Marks of a revision that one may see, oldest first; those taken back too."""
    found = marks_of(reading(), rights(), revision_id)
    return page_of(MarkOut, found, query, _with_field(), lambda m: m.id)


@table.add("GET", ONE, answer=MarkOut)
def get_mark(mark_id: str) -> Answer:
    """One mark with its thread."""
    found = mark_for(reading(), rights(), mark_id)
    return Answer(_with_field()(found), headers=etag(found.version))


@table.add("POST", OF_REVISION, body=MarkBody, answer=Created, status=201, repeats=True)
def draw(revision_id: str, body: MarkBody) -> Answer:
    """Draw a mark; under the same ``key`` it is drawn once."""
    command = DrawMark(
        revision_id, body.kind, body.anchor, body.shape, body.colour, body.text, body.basis, body.audience,
        body.key,
    )  # fmt: skip
    return act(lambda tx: Answer(Created(id=draw_mark(tx, command)), 201))


@table.add("PATCH", ONE, body=MarkContent, answer=Changed, is_versioned=True, repeats=True)
def edit_one_mark(mark_id: str, body: MarkContent) -> Answer:
    """Change a mark of one's own; its kind stays."""
    command = EditMark(
        mark_id,
        expected_version(),
        body.anchor,
        body.shape,
        body.colour,
        body.text,
        body.basis,
        body.audience,
    )
    return act(lambda tx: _changed(mark_id, edit_mark(tx, command)))


@table.add("POST", f"{ONE}/take-back", answer=Changed, repeats=True)
def take_back(mark_id: str) -> Answer:
    """Take a mark back (撤回); it is kept and says so."""
    return act(lambda tx: _changed(mark_id, take_back_mark(tx, TakeBackMark(mark_id))))


@table.add("POST", f"{ONE}/put-back", answer=Changed, repeats=True)
def put_back(mark_id: str) -> Answer:
    """Put back what was taken back."""
    return act(lambda tx: _changed(mark_id, put_back_mark(tx, TakeBackMark(mark_id))))


@table.add("POST", f"{ONE}/comments", body=CommentBody, answer=Created, status=201, repeats=True)
def comment(mark_id: str, body: CommentBody) -> Answer:
    """Write into a mark's thread; people mentioned must see the mark."""
    command = CommentMark(mark_id, body.text, body.mentions, body.key)
    return act(lambda tx: Answer(Created(id=comment_mark(tx, command)), 201))


@table.add("POST", f"{ONE}/status", body=MoveBody, answer=Changed, repeats=True)
def move(mark_id: str, body: MoveBody) -> Answer:
    """Answer, resolve or reopen (答复 解决 重新打开)."""
    command = MoveMark(mark_id, body.event, body.comment)
    return act(lambda tx: _changed(mark_id, move_mark(tx, command)))


@table.add("POST", f"{ONE}/assignee", body=AssignBody, answer=Changed, repeats=True)
def assign(mark_id: str, body: AssignBody) -> Answer:
    """Say who is to answer (指派)."""
    command = AssignMark(mark_id, body.person_id)
    return act(lambda tx: _changed(mark_id, assign_mark(tx, command)))


@table.add("GET", "/revisions/{revision_id}/carries", answer=Page[OfferOut], query=PageQuery)
def list_carries(revision_id: str, query: PageQuery) -> Answer:
    """Marks of one's party on older revisions that wait for a decision on this one.

    Their standing is known once the two revisions were compared; asking for that comparison makes it.
    """
    known = kept_comparisons(services().reading_room, pairs_for(reading(), rights(), revision_id))
    found = offers_for(reading(), rights(), revision_id, known)
    show = _with_field()
    return page_of(OfferOut, found, query, lambda offer: _offer(offer, show(offer.mark)), lambda o: o.mark.id)


@table.add("POST", "/revisions/{revision_id}/carries", body=CarryBody, answer=Report, repeats=True)
def carry(revision_id: str, body: CarryBody) -> Answer:
    """Carry marks to this revision, or drop them (沿用 / 不沿用)."""
    command = CarryMarks(revision_id, body.marks, body.decision)
    known = kept_comparisons(services().reading_room, pairs_for(reading(), rights(), revision_id))
    return act(lambda tx: Answer(Report.of(carry_marks(tx, command, known))))


def _changed(mark_id: str, version: int) -> Answer:
    return Answer(Changed(id=mark_id, version=version), headers=etag(version))


def _with_field() -> Callable[[MarkView], MarkOut]:
    """Shows marks with their field of the sheet's grid."""
    fields = MarkFields(services().reading_room, reading(), rights())
    return lambda view: MarkOut.model_validate({**vars(view), "grid": fields.of(view)})


def _offer(value: Offer, mark: MarkOut) -> OfferOut:
    place = value.place
    return OfferOut(
        mark=mark,
        rev_label=value.rev_label,
        standing=str(place.standing),
        standing_label=LabelOut.model_validate(STANDING_LABELS[place.standing]),
        why=place.why,
        is_unsure=place.is_unsure,
        regions=[RegionOut.model_validate(r) for r in place.regions],
        anchor=value.anchor,
        shape=value.shape,
    )
