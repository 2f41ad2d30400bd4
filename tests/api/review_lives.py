"""A review in the world of API tests: one case in first review with a draft opinion, another one certified."""

from app.kernel.ledger.append import FileFact
from app.review.actions.assignments import FinishDiscipline, finish_discipline
from app.review.actions.certificates import CertifyCase, certify_case
from app.review.actions.decisions import DecideCase, pass_case
from app.review.actions.documents import StoredDocument, add_document
from app.review.actions.opinions import DraftOpinion, draft_opinion
from tests.api.conftest import Api
from tests.review.cases import act, issued, plainly, text_of
from tests.web.review_house import ask_for_checks, case_in_first_review, found_by_rules


def review_things(asked: Api) -> dict[str, str]:
    """Cases and what hangs on them, by the names that addresses give them."""
    world, agency = asked.world, asked.world.parties["reviewer"]
    act(world, "owner", lambda tx: ask_for_checks(tx, world.project_id))
    first, second = issued(world, "建施-91", "建施-92")
    passed = case_in_first_review(world, world.project_id, agency, first)
    act(world, "reviewer", lambda tx: finish_discipline(tx, FinishDiscipline(passed, "arch")))
    plainly(world, passed, "consolidate")
    act(world, "review_lead", lambda tx: pass_case(tx, DecideCase(passed)))
    certificate = act(world, "legal", lambda tx: certify_case(tx, CertifyCase(passed, "N-1")))
    case = case_in_first_review(world, world.project_id, agency, second)
    stored = asked.services.store.put(iter([b"%PDF-1.7 a survey"]))
    file = FileFact(stored.sha256, stored.sm3, stored.size)
    document = StoredDocument("survey", "勘察报告", "KC-1", file, "application/pdf", "勘察.pdf")
    return {
        "case_id": case,
        "certificate_id": certificate,
        "document_id": act(world, "owner", lambda tx: add_document(tx, case, document)),
        "opinion_id": act(world, "reviewer", lambda tx: draft_opinion(tx, DraftOpinion(case, text_of()))),
        "finding_id": act(world, "reviewer", lambda tx: found_by_rules(tx, case)),
    }
