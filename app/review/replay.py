"""The review as the ledger tells it: the chapter that this subject adds to the record's fold."""

from app.kernel.ledger.telling import read_back
from app.record.replay import Chapter, ChapterTable, Entry, Replay
from app.review.draws.models import (
    DrawEnd,
    DrawResult,
    DrawReveal,
    DrawShare,
    DrawValue,
    ReviewDraw,
)
from app.review.models import (
    CertificateEnd,
    OpinionJudgement,
    OpinionPlace,
    OpinionReply,
    ReviewAssignment,
    ReviewCase,
    ReviewCertificate,
    ReviewConclusion,
    ReviewDocument,
    ReviewDone,
    ReviewOpinion,
    ReviewSheet,
    ReviewStep,
    ReviewSubmission,
    ReviewTie,
)
from app.review.opinion_rules import OPINION_PAST
from app.review.paper_models import ReviewPaper
from app.review.rules import PAST

_FIRST = {"version": 1}
TABLES = (
    ChapterTable("review-case", ReviewCase, _FIRST),
    ChapterTable("review-step", ReviewStep),
    ChapterTable("review-submission", ReviewSubmission),
    ChapterTable("review-sheet", ReviewSheet),
    ChapterTable("review-document", ReviewDocument),
    ChapterTable("review-assignment", ReviewAssignment),
    ChapterTable("review-done", ReviewDone),
    ChapterTable("review-conclusion", ReviewConclusion),
    ChapterTable("opinion", ReviewOpinion, _FIRST),
    ChapterTable("opinion-place", OpinionPlace, _FIRST),
    ChapterTable("opinion-reply", OpinionReply),
    ChapterTable("opinion-judgement", OpinionJudgement),
    ChapterTable("certificate", ReviewCertificate),
    ChapterTable("certificate-end", CertificateEnd),
    ChapterTable("certificate-paper", ReviewPaper),
    ChapterTable("review-tie", ReviewTie),
    ChapterTable("draw", ReviewDraw),
    ChapterTable("draw-share", DrawShare),
    ChapterTable("draw-reveal", DrawReveal),
    ChapterTable("draw-value", DrawValue),
    ChapterTable("draw-result", DrawResult),
    ChapterTable("draw-end", DrawEnd),
)
_MODELS = {str(t.model.__tablename__): t.model for t in TABLES}
_PEOPLE = ("person_id", "created_by", "reviewer_id", "author_id")


def _rows(now: Replay, entry: Entry) -> None:
    for table, rows in entry["data"]["rows"].items():
        for row in rows:
            now.more[table][row["id"]] = read_back(_MODELS[table], row)


def _people(told: Replay) -> set[str]:
    found: set[str] = set()
    for table in _MODELS:
        for row in told.more[table].values():
            found |= {row[name] for name in _PEOPLE if row.get(name)}
            found |= {s["person"] for s in row.get("signatories", ())}
    return found


def _nothing_is_draft(now: Replay) -> None:
    """A case speaks of frozen revisions alone."""
    del now


OTHER_ENTRIES = (
    "review-case.edited",
    "review-case.sheets-frozen",
    "review-case.assigned",
    "review-case.discipline-done",
    "review-case.concluded",
    "review-case.document-added",
    "review-case.tie-declared",
    "opinion.edited",
    "opinion.ordered",
    "certificate.issued",
    "certificate.ended",
    "certificate.paper-kept",
    "draw.announced",
    "draw.share-committed",
    "draw.share-revealed",
    "draw.value-entered",
    "draw.completed",
    "draw.cancelled",
)
_CASES = tuple(f"review-case.{past}" for past in PAST.values())
_OPINIONS = tuple(f"opinion.{past}" for past in OPINION_PAST.values())
REVIEW = Chapter(
    tables=TABLES,
    rules=dict.fromkeys((*_CASES, *_OPINIONS, *OTHER_ENTRIES), _rows),
    people=_people,
    forget_drafts=_nothing_is_draft,
)
"""Cases, opinions, certificates, draws."""
