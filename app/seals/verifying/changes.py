"""What came after a signature: further seals, their time stamps and data for validation, and nothing else."""

from __future__ import annotations

import re
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.sign.diff_analysis import (
    CatalogModificationRule,
    DiffResult,
    DocInfoRule,
    DSSCompareRule,
    FormUpdatingRule,
    MetadataUpdateRule,
    ModificationLevel,
    ObjectStreamRule,
    SigFieldCreationRule,
    SigFieldModificationRule,
    StandardDiffPolicy,
    SuspiciousModification,
    XrefStreamRule,
)
from pyhanko.sign.fields import FieldMDPAction, FieldMDPSpec, MDPPerm
from pyhanko.sign.validation.status import SignatureCoverageLevel

from app.seals.verifying.case import Case, Sealed

_EVIDENCE = ModificationLevel.LTA_UPDATES

_METADATA = MetadataUpdateRule()  # type: ignore[no-untyped-call]
_CREATION = SigFieldCreationRule()  # type: ignore[no-untyped-call]
STRICT = StandardDiffPolicy(
    global_rules=[
        CatalogModificationRule(),  # type: ignore[no-untyped-call]  # the library has no types here
        DocInfoRule().as_qualified(_EVIDENCE),
        XrefStreamRule().as_qualified(_EVIDENCE),
        ObjectStreamRule().as_qualified(_EVIDENCE),
        DSSCompareRule().as_qualified(_EVIDENCE),
        _METADATA.as_qualified(_EVIDENCE),
    ],
    form_rule=FormUpdatingRule(field_rules=[_CREATION, SigFieldModificationRule()]),
)
"""The library's policy without the rule that lets fields of forms be filled in."""


def check_changes(case: Case) -> None:
    """Compare each sealed revision with the end of the file, and each later revision with the one before it."""
    for seal in case.seals:
        seal.weigh()
        found: Any = seal.embedded.diff_result
        coverage = seal.embedded.coverage
        if coverage not in (SignatureCoverageLevel.ENTIRE_FILE, SignatureCoverageLevel.ENTIRE_REVISION):
            seal.add("revision-end", coverage)
        seal.after = found.modification_level if isinstance(found, DiffResult) else None
        if not isinstance(found, DiffResult):
            seal.add("changed-after", found)
        elif found.modification_level > ModificationLevel.FORM_FILLING:
            seal.add("changed-after", found.modification_level)
        elif not seal.embedded.summarise_integrity_info()["docmdp_ok"]:
            seal.add("changed-after", "not allowed by the first seal")
        strict = STRICT.review_file(
            case.opened,
            seal.revision,
            field_mdp_spec=seal.embedded.fieldmdp,
            doc_mdp=seal.embedded.docmdp_level,
        )
        if isinstance(found, DiffResult) and isinstance(strict, SuspiciousModification):
            seal.add("form-filled-after", strict)
    _check_steps(case)
    _check_info(case)


_MAY_CHANGE = {"/ModDate", "/Producer", "/CreationDate"}


def _check_info(case: Case) -> None:
    """Title, author and subject of the document stay what they were; programs that seal write a date and their name."""
    number = case.opened.xrefs.total_revisions - 1
    last, words = _info(case, number), _words(case, number)
    for seal in case.seals:
        if _info(case, seal.revision) != last or _words(case, seal.revision) != words:
            seal.add("changed-after", "data of the document")


_WORDS = re.compile(rb"<dc:(\w+)[^>]*>(.*?)</dc:\1>|dc:(\w+)\s*=\s*[\"'](.*?)[\"']", re.DOTALL)


def _words(case: Case, revision: int) -> list[tuple[bytes, ...]]:
    """Title, author and subject as the XMP metadata have them."""
    resolver = case.opened.get_historical_resolver(revision)
    root = resolver(case.opened.get_historical_root(revision).container_ref)
    place = root.raw_get("/Metadata") if "/Metadata" in root else None
    found = resolver(place.reference) if isinstance(place, generic.IndirectObject) else place
    if not isinstance(found, generic.StreamObject):
        return []
    return sorted(one for one in _WORDS.findall(found.data) if b"format" not in one)


def _info(case: Case, revision: int) -> dict[str, str]:
    resolver = case.opened.get_historical_resolver(revision)
    entry = resolver.trailer_view
    place = entry.raw_get("/Info") if "/Info" in entry else None
    found = resolver(place.reference) if isinstance(place, generic.IndirectObject) else place
    if not isinstance(found, generic.DictionaryObject):
        return {}
    return {str(key): str(found[key]) for key in found if str(key) not in _MAY_CHANGE}


def _check_steps(case: Case) -> None:
    """From the first seal on, each revision is sealed itself or brings time stamps and validation data alone."""
    if not case.seals:
        return
    reader = case.opened
    sealed = {seal.revision for seal in case.seals}
    for number in range(case.seals[0].revision + 1, reader.xrefs.total_revisions):
        if number in sealed:
            continue
        before, now = (reader.get_historical_resolver(one) for one in (number - 1, number))
        try:
            level = STRICT.apply(before, now).modification_level
        except SuspiciousModification as error:
            case.add("unsigned-revision", error)
            continue
        if level > _EVIDENCE:
            case.add("unsigned-revision", f"revision {number + 1}: {level.name}")


def check_permissions(case: Case) -> None:
    """The certifying seal comes first and allows no more than further seals; locks are kept."""
    signers = case.signers
    for position, seal in enumerate(signers):
        allowed = _certifies(seal)
        if allowed is None:
            continue
        if position or any(stamp.revision < seal.revision for stamp in case.seals):
            seal.add("certified-late")
        if allowed == MDPPerm.ANNOTATE.value:
            seal.add("changes-allowed")
        elif allowed not in (MDPPerm.NO_CHANGES.value, MDPPerm.FILL_FORMS.value):
            seal.add("certified-late", f"P = {allowed}")
    _check_entry(case)
    for position, seal in enumerate(signers):
        later = signers[position + 1 :]
        lock = _lock(seal)
        is_closed = seal.embedded.docmdp_level == MDPPerm.NO_CHANGES
        for other in later:
            if is_closed or (lock is not None and lock.is_locked(other.field)):
                seal.add("lock-broken", other.field)


def _certifies(seal: Sealed) -> int | None:
    """What a certifying signature allows (its P; 0 for nonsense), None for any other signature."""
    references = seal.embedded.sig_object.get("/Reference")
    for reference in references if isinstance(references, generic.ArrayObject) else ():
        entry = reference.get_object()
        if isinstance(entry, generic.DictionaryObject) and entry.get("/TransformMethod") == "/DocMDP":
            parameters: Any = entry.get("/TransformParams", {})
            found = parameters.get("/P", 2) if isinstance(parameters, dict) else 0
            return int(found) if isinstance(found, int) else 0
    return None


def is_certifying(seal: Sealed) -> bool:
    """Whether this seal limits what may come after it."""
    return not seal.is_timestamp and _certifies(seal) is not None


def _check_entry(case: Case) -> None:
    """The catalog's ``/Perms`` names the first seal, if it names any."""
    permissions = case.opened.root.get("/Perms")
    if permissions is None:
        return
    if not isinstance(permissions, generic.DictionaryObject):
        case.add("certified-late", "Perms")
        return
    named = permissions.raw_get("/DocMDP") if "/DocMDP" in permissions else None
    first = case.signers[0].embedded.sig_object.container_ref if case.signers else None
    if named is not None and (not isinstance(named, generic.IndirectObject) or named.reference != first):
        case.add("certified-late", "Perms names another signature")


def _lock(seal: Sealed) -> FieldMDPSpec | None:
    """What the field's own dictionary locks, or what the signature says; the library looks at the latter alone."""
    if seal.embedded.fieldmdp is not None:
        return seal.embedded.fieldmdp
    lock = seal.embedded.sig_field.get("/Lock")
    if not isinstance(lock, generic.DictionaryObject):
        return None
    try:
        return FieldMDPSpec.from_pdf_object(lock)
    except (KeyError, ValueError):
        return FieldMDPSpec(FieldMDPAction.ALL)
