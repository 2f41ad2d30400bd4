"""The register as the ledger tells it: a fold over entries, oldest first, into the rows that must exist.

One fold, two uses: ``oneset fsck`` compares these rows with those of the database (:mod:`app.record.audit`), and
``oneset rebuild`` writes them into an empty one (:mod:`app.record.rebuilding`, law 10). Rows are plain values by the
names of their columns; what the ledger does not say (personal names, what was read from title blocks) is not in them.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.drawings.models import WHOLE
from app.drawings.rules import RevisionState
from app.kernel.clock import from_micros
from app.kernel.db.types import Base
from app.projects.rules import IdentifierScheme
from app.record.models import EffectKind, FactKind

Row = dict[str, Any]
Entry = Mapping[str, Any]
"""A ledger entry, parsed."""
Rule = Callable[["Replay", Entry], None]


@dataclass(frozen=True)
class ChapterTable:
    """A table that a chapter accounts for, in the order in which rows may be written."""

    name: str
    """As faults call its rows."""
    model: type[Base]
    beside: Mapping[str, Any] = field(default_factory=dict)
    """What a rebuilt row has beside what the ledger tells: its version."""


@dataclass(frozen=True)
class Chapter:
    """What a subject above the record adds to the fold. The record cannot import it, so it is handed in."""

    tables: tuple[ChapterTable, ...]
    rules: Mapping[str, Rule]
    people: Callable[["Replay"], set[str]]
    """Everybody its rows speak of: a rebuilt register must have them."""
    forget_drafts: Callable[["Replay"], None]
    """Drop what hangs on revisions that are not there any more."""


FactKey = tuple[str, str, str]
"""A base fact by the act that appended it, its sheet and its revision."""
EffectKey = tuple[str, str, str, str]
"""An effect of a slip by its act, its sheet, its change document and its kind."""


@dataclass
class Replay:
    """Rows by identifier, for each table that the ledger accounts for."""

    organisations: dict[str, Row] = field(default_factory=dict)
    projects: dict[str, Row] = field(default_factory=dict)
    project_identifiers: dict[str, Row] = field(default_factory=dict)
    buildings: dict[str, Row] = field(default_factory=dict)
    building_identifiers: dict[str, Row] = field(default_factory=dict)
    parties: dict[str, Row] = field(default_factory=dict)
    seats: dict[str, Row] = field(default_factory=dict)
    sheets: dict[str, Row] = field(default_factory=dict)
    revisions: dict[str, Row] = field(default_factory=dict)
    signatures: dict[str, Row] = field(default_factory=dict)
    facts: dict[FactKey, Row] = field(default_factory=dict)
    effects: dict[EffectKey, Row] = field(default_factory=dict)
    baselines: dict[str, Row] = field(default_factory=dict)
    more: dict[str, dict[str, Row]] = field(default_factory=dict)
    """Rows of the chapters' tables, by the name of the table."""
    files: dict[str, set[str]] = field(default_factory=dict)
    """Digests that the ledger saw go into a revision."""
    sealed: dict[str, Row] = field(default_factory=dict)
    """Renditions that seals made, by identifier: those after the freeze are in no manifest."""
    unfounded: list[str] = field(default_factory=list)
    """Entries that speak of something no entry before them made: their beginning is missing or damaged."""

    chapters: Sequence[Chapter] = ()
    """What subjects above the record add. Always handed in by who starts the fold: nothing registers itself."""

    def __post_init__(self) -> None:
        self._rules: dict[str, Rule] = dict(RULES)
        for chapter in self.chapters:
            self._rules.update(chapter.rules)
            self.more.update({str(table.model.__tablename__): {} for table in chapter.tables})

    def read(self, entries: Iterable[Entry]) -> "Replay":
        """Fold entries in, oldest first; types that say nothing about the register are passed over."""
        for entry in entries:
            rule = self._rules.get(entry["type"])
            if rule is None:
                continue
            try:
                rule(self, entry)
            except (KeyError, IndexError, TypeError):
                self.unfounded.append(f"{entry['type']} of act {entry['act']}")
        return self

    def forget_drafts(self) -> None:
        """Drafts are work, not record: what was never frozen does not come back, nor what hangs on it."""
        kept = {key: row for key, row in self.revisions.items() if row["frozen_at"] is not None}
        sheets = {row["sheet_id"] for row in kept.values()}
        self.signatures = {k: row for k, row in self.signatures.items() if row["revision_id"] in kept}
        self.sheets = {k: row for k, row in self.sheets.items() if k in sheets}
        self.revisions = kept
        for chapter in self.chapters:
            chapter.forget_drafts(self)


def _organisation_entered(now: Replay, entry: Entry) -> None:
    key = entry["subjects"]["organisation"]
    now.organisations[key] = {"id": key, **entry["data"], "created_at": _recorded(entry)}


def _project_founded(now: Replay, entry: Entry) -> None:
    key = entry["subjects"]["project"]
    now.projects[key] = {"id": key, **entry["data"], "created_at": _recorded(entry)}


def _project_edited(now: Replay, entry: Entry) -> None:
    now.projects[entry["project"]].update(entry["data"])


def _project_identified(now: Replay, entry: Entry) -> None:
    data, at = entry["data"], _recorded(entry)
    if data["scheme"] != IdentifierScheme.OTHER:
        for row in now.project_identifiers.values():
            same = (row["project_id"], row["scheme"]) == (entry["project"], data["scheme"])
            if same and row["valid_to"] is None:
                row["valid_to"] = at
    key = entry["subjects"]["identifier"]
    now.project_identifiers[key] = {
        "id": key,
        "project_id": entry["project"],
        "scheme": data["scheme"],
        "value": data["value"],
        "original": data["original"],
        "verdict": data["verdict"],
        "override_reason": data.get("override_reason", ""),
        "valid_from": at,
        "valid_to": None,
    }


def _building_added(now: Replay, entry: Entry) -> None:
    key = entry["subjects"]["building"]
    now.buildings[key] = {
        "id": key,
        "project_id": entry["project"],
        **entry["data"],
        "created_at": _recorded(entry),
    }


def _building_identified(now: Replay, entry: Entry) -> None:
    key = entry["subjects"]["identifier"]
    now.building_identifiers[key] = {
        "id": key,
        "building_id": entry["subjects"]["building"],
        **entry["data"],
        "valid_from": _recorded(entry),
        "valid_to": None,
    }


def _party_joined(now: Replay, entry: Entry) -> None:
    key = entry["subjects"]["party"]
    now.parties[key] = {
        "id": key,
        "project_id": entry["project"],
        "organisation_id": entry["subjects"]["organisation"],
        **entry["data"],
        "valid_from": _recorded(entry),
        "valid_to": None,
    }


def _seat_given(now: Replay, entry: Entry) -> None:
    data, key = entry["data"], entry["subjects"]["seat"]
    now.seats[key] = {
        "id": key,
        "project_id": entry["project"],
        "party_id": entry["subjects"]["party"],
        "person_id": entry["subjects"]["person"],
        "role": data["role"],
        "all_buildings": data["buildings"] == "all",
        "buildings": [] if data["buildings"] == "all" else data["buildings"],
        "all_disciplines": data["disciplines"] == "all",
        "disciplines": [] if data["disciplines"] == "all" else data["disciplines"],
        "basis": data["basis"],
        "valid_from": _recorded(entry),
        "valid_to": None if data["valid_to"] is None else from_micros(data["valid_to"]),
        "handed_over_from": data["from"],
    }


def _seat_ended(now: Replay, entry: Entry) -> None:
    now.seats[entry["subjects"]["seat"]]["valid_to"] = _recorded(entry)


def _revision_drafted(now: Replay, entry: Entry) -> None:
    data, at = entry["data"], _recorded(entry)
    key, sheet_id = entry["subjects"]["revision"], entry["prev"][0][0]
    place = {"building_id": data["building"], "discipline": data["discipline"]}
    sheet = now.sheets.setdefault(
        sheet_id,
        {
            "id": sheet_id,
            "project_id": entry["project"],
            **place,
            "place_key": data["building"] or WHOLE,
            "number": data["number"],
            "created_at": at,
            "last_rev_seq": 0,
        },
    )
    sheet["last_rev_seq"] = max(sheet["last_rev_seq"], data["seq"])
    is_history = data["origin"] == "history"
    now.revisions[key] = {
        "id": key,
        "project_id": entry["project"],
        "sheet_id": sheet_id,
        "rev_seq": data["seq"],
        "rev_label": data["label"],
        "state": RevisionState.ISSUED if is_history else RevisionState.DRAFT,
        "stage": data["stage"],
        **place,
        "party_id": data["party"],
        "title": data["title"],
        "drafted_by": entry["actor"]["person"],
        "also_drafted_by": [],
        "short_code": data["code"],
        "base_sha256": None,
        "frozen_at": None,
        "origin": data["origin"],
        "external": data.get("external", {}),
        "created_at": at,
        "state_at": at,
    }
    _files_stored(now, entry)


def _file_added(now: Replay, entry: Entry) -> None:
    row, data = now.revisions[entry["subjects"]["revision"]], entry["data"]
    row.update(title=data["title"], stage=data["stage"])
    person = entry["actor"]["person"]
    if person not in (row["drafted_by"], *row["also_drafted_by"]):
        row["also_drafted_by"] = [*row["also_drafted_by"], person]
    _files_stored(now, entry)


def _files_stored(now: Replay, entry: Entry) -> None:
    key = entry["subjects"]["revision"]
    now.files.setdefault(key, set()).update(file["sha256"] for file in entry["files"])
    if entry["data"].get("base"):
        now.revisions[key].update(base_sha256=entry["data"]["base"], frozen_at=_recorded(entry))


def _signed(now: Replay, entry: Entry) -> None:
    data, key = entry["data"], entry["subjects"]["signature"]
    is_rejection = entry["type"] == "revision.rejected-in-checking"
    now.signatures[key] = {
        "id": key,
        "revision_id": entry["subjects"]["revision"],
        "round": data["round"],
        "role": data["role"],
        "discipline": data["discipline"],
        "decision": "rejected" if is_rejection else "signed",
        "comment": data["comment"],
        "person_id": entry["actor"]["person"],
        "seat_id": entry["actor"]["seat"],
        "signed_at": _recorded(entry),
    }
    if is_rejection:
        _moves_to(RevisionState.DRAFT)(now, entry)


def _moves_to(state: RevisionState) -> Rule:
    def move(now: Replay, entry: Entry) -> None:
        now.revisions[entry["subjects"]["revision"]].update(state=state, state_at=_recorded(entry))

    return move


def _issued(now: Replay, entry: Entry) -> None:
    _moves_to(RevisionState.ISSUED)(now, entry)
    base = entry["files"][0]["sha256"]
    now.revisions[entry["subjects"]["revision"]].update(base_sha256=base, frozen_at=_recorded(entry))


def _takes_effect(kind: FactKind, state: RevisionState) -> Rule:
    def take_effect(now: Replay, entry: Entry) -> None:
        _moves_to(state)(now, entry)
        data, at = entry["data"], _recorded(entry)
        sheet_id, revision_id = entry["prev"][0][0], entry["subjects"]["revision"]
        now.facts[entry["act"], sheet_id, revision_id] = {
            "project_id": entry["project"],
            "sheet_id": sheet_id,
            "kind": kind,
            "revision_id": revision_id,
            "effective_at": from_micros(data["effective_at"]),
            "recorded_at": at,
            "is_backdated": data["is_backdated"],
            "reason": data["reason"],
            "act_id": entry["act"],
        }

    return take_effect


def _slip(kind: EffectKind) -> Rule:
    def take_effect(now: Replay, entry: Entry) -> None:
        data, subjects = entry["data"], entry["subjects"]
        sheet_id = entry["prev"][0][0]
        now.effects[entry["act"], sheet_id, subjects["change"], kind] = {
            "project_id": entry["project"],
            "sheet_id": sheet_id,
            "change_id": subjects["change"],
            "number": data["number"],
            "kind": kind,
            "absorbed_by": subjects.get("revision"),
            "regions": data["regions"],
            "effective_at": from_micros(data["effective_at"]),
            "recorded_at": _recorded(entry),
            "is_backdated": data["is_backdated"],
            "reason": data["reason"],
            "act_id": entry["act"],
        }

    return take_effect


def _baseline_frozen(now: Replay, entry: Entry) -> None:
    data, key = entry["data"], entry["subjects"]["baseline"]
    now.baselines[key] = {
        "id": key,
        "project_id": entry["project"],
        "kind": data["kind"],
        "title": data["title"],
        "as_of": from_micros(data["as_of"]),
        "known_at": from_micros(data["known_at"]),
        "digest": data["digest"],
        "items": data["items"],
        "person_id": entry["actor"]["person"],
        "recorded_at": _recorded(entry),
    }


def _register_rebuilt(now: Replay, entry: Entry) -> None:
    """A rebuilt register begins without the drafts that had not been issued."""
    del entry
    now.forget_drafts()


def _recorded(entry: Entry) -> Any:
    return from_micros(entry["recorded_at"])


RULES: Mapping[str, Rule] = {
    "organisation.entered": _organisation_entered,
    "project.founded": _project_founded,
    "project.edited": _project_edited,
    "project.identified": _project_identified,
    "building.added": _building_added,
    "building.identified": _building_identified,
    "party.joined": _party_joined,
    "seat.given": _seat_given,
    "seat.ended": _seat_ended,
    "revision.drafted": _revision_drafted,
    "revision.file-added": _file_added,
    "revision.signed": _signed,
    "revision.rejected-in-checking": _signed,
    "revision.sent-to-checking": _moves_to(RevisionState.CHECKING),
    "revision.issued": _issued,
    "revision.withdrawn": _moves_to(RevisionState.WITHDRAWN),
    "revision.submitted": _moves_to(RevisionState.SUBMITTED),
    "revision.taken-back-from-review": _moves_to(RevisionState.ISSUED),
    "revision.returned": _moves_to(RevisionState.RETURNED),
    "revision.approved": _moves_to(RevisionState.APPROVED),
    "revision.released": _takes_effect(FactKind.RELEASED, RevisionState.RELEASED),
    "revision.voided": _takes_effect(FactKind.VOIDED, RevisionState.VOID),
    **{f"slip.{kind}": _slip(kind) for kind in EffectKind},
    "baseline.frozen": _baseline_frozen,
    "register.rebuilt": _register_rebuilt,
}
"""What each type of entry does to the register. A new act with a row of its own adds its rule here,
or, where its subject stands above the record, in a :class:`Chapter`."""
