"""The table of what is told: nothing of the ledger is forgotten, and every word is there twice."""

import re
from pathlib import Path

import app
from app.changes.rules import PAST as CHANGE_PAST
from app.distribution.rules import CopyEventKind, ReceiptFactKind
from app.drawings.actions.revisions import _PAST as REVISION_PAST
from app.markups.rules import EVENT_PAST
from app.notices.rules import HOOK_LABELS, KINDS, RHYTHM_LABELS, TOLD, UNTOLD, HookKind, Rhythm
from app.notices.told import Who
from app.questions.rules import JOINT_PAST, NOTE_PAST
from app.record.models import EffectKind
from app.review.opinion_rules import OPINION_PAST
from app.review.rules import PAST

ROOT = Path(app.__file__).parent
TYPE = re.compile(r'"((?:[a-z-]+)\.(?:[a-z]+(?:-[a-z]+)*))"')
NOUNS = ("review-case", "opinion", "certificate", "revision", "markup", "seat", "party", "project", "building", "baseline",
         "file", "intake", "organisation", "person", "session", "token", "register", "notice-hook", "draw",
         "change", "note", "jdr", "transmittal", "copy", "receipt", "factor", "seal",
         "seal-batch", "seal-officer")  # fmt: skip
NOT_TYPES = {
    "project.bcfp",
    "certificate.pdf",
    "person.name",
    "project.json",
    "certificate.html",
    "register.html",
    "baseline.html",
    "factor.html",
    "factor.key",
}


NEEDS_RIGHT = (Who.MAY, Who.AGENCY, Who.RECEIVER, Who.RECIPIENTS)


def _types_in_the_code() -> set[str]:
    """Types of entries, as literals and as made of tables."""
    literal = {
        found
        for path in ROOT.rglob("*.py")
        if "notices" not in path.parts
        for found in TYPE.findall(path.read_text("utf-8"))
        if found.partition(".")[0] in NOUNS
        and found not in NOT_TYPES
        and not found.endswith((".html", ".json", ".xlsx"))
    }
    made = {f"review-case.{past}" for past in PAST.values()}
    made |= {f"opinion.{past}" for past in OPINION_PAST.values()}
    made |= {f"revision.{past}" for past in REVISION_PAST.values()}
    made |= {f"markup.{past}" for past in EVENT_PAST.values()}
    made |= {f"change.{past}" for past in CHANGE_PAST.values()}
    made |= {f"note.{past}" for past in NOTE_PAST.values()}
    made |= {f"jdr.{past}" for past in JOINT_PAST.values()}
    made |= {f"slip.{kind}" for kind in EffectKind}
    made |= {f"receipt.{kind.replace('_', '-')}" for kind in ReceiptFactKind}
    made |= {f"copy.{kind}" for kind in CopyEventKind}
    made |= {"notice-hook.added", "notice-hook.removed"}
    return literal | made


def test_every_type_of_entry_is_told_or_left_untold_with_a_reason():
    known = set(TOLD) | set(UNTOLD)
    assert _types_in_the_code() - known == set()
    assert not set(TOLD) & set(UNTOLD)
    assert all(UNTOLD.values())


def test_nothing_is_told_that_no_act_says():
    assert known_but_unsaid() == set()


def known_but_unsaid() -> set[str]:
    """Types in the table that the code never writes."""
    return (set(TOLD) | set(UNTOLD)) - _types_in_the_code()


def test_every_rule_has_words_and_listeners():
    for kind, rule in KINDS.items():
        assert rule.label.zh, kind
        assert rule.label.en, kind
    for kind, rule in TOLD.items():
        assert rule.to, kind
        for audience in rule.to:
            assert (audience.permission is not None) == (audience.who in NEEDS_RIGHT), kind
    assert set(RHYTHM_LABELS) == set(Rhythm)
    assert set(HOOK_LABELS) == set(HookKind)
