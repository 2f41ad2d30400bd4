"""One file on the bench: what is known of it while the checks run over it. Opening it is the first check."""

from __future__ import annotations

import dataclasses
import io
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pikepdf
from asn1crypto import cms
from pyhanko.pdf_utils import generic, misc
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import enumerate_sig_fields
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from app.seals.sm2.algorithms import ARC, why_not
from app.seals.verifying.trust import TrustList
from app.seals.verifying.values import Why

FORMATS = {"/ETSI.CAdES.detached", "/adbe.pkcs7.detached"}
TIMESTAMP_FORMAT = "/ETSI.RFC3161"


@dataclass
class Sealed:
    """One signature of the file, and what the checks have found about it."""

    embedded: EmbeddedPdfSignature
    field: str
    is_timestamp: bool
    reasons: list[Why] = dataclasses.field(default_factory=list)
    result: Any = None
    """What the library says: a result of its ``ades_*`` functions."""
    path: Any = None
    """The way from its certificate to a root of the trust list, revocation left aside."""
    after: Any = None
    """What the library says came after: a level of modification, or None for what it cannot explain."""

    def weigh(self) -> None:
        """Have the library look at coverage and at what came after."""
        embedded: Any = self.embedded
        embedded.compute_integrity_info()

    @property
    def revision(self) -> int:
        """Number of the revision that brought this signature, from 0."""
        return int(self.embedded.signed_revision)

    @property
    def end(self) -> int:
        """Where the signed bytes end; 0 when that cannot be said."""
        numbers = byte_range(self.embedded.byte_range)
        return numbers[2] + numbers[3] if numbers else 0

    def add(self, code: str, detail: object = "") -> None:
        """Note a reason, once."""
        if all(why.code != code for why in self.reasons):
            self.reasons.append(Why(code, str(detail)[:300]))


@dataclass
class Case:
    """The file, the trust list and the time of judging; checks add reasons to it and to its seals."""

    data: bytes
    trust: TrustList
    at: datetime
    reader: PdfFileReader | None = None
    seals: list[Sealed] = dataclasses.field(default_factory=list)
    reasons: list[Why] = dataclasses.field(default_factory=list)

    def add(self, code: str, detail: object = "") -> None:
        """Note a reason for the file as a whole, once."""
        if all(why.code != code for why in self.reasons):
            self.reasons.append(Why(code, str(detail)[:300]))

    @property
    def opened(self) -> PdfFileReader:
        """The reader of a file that could be opened."""
        if self.reader is None:
            raise ValueError("not opened")
        return self.reader

    @property
    def signers(self) -> list[Sealed]:
        """Its seals without the time stamps over the document, first to last."""
        return [seal for seal in self.seals if not seal.is_timestamp]


def byte_range(value: object) -> tuple[int, int, int, int] | None:
    """Four whole numbers, or None for anything else."""
    if not isinstance(value, generic.ArrayObject) or len(value) != 4:
        return None
    raw = [value.raw_get(i) for i in range(4)]
    if not all(isinstance(one, generic.NumberObject) for one in raw):
        return None
    one, two, three, four = (int(number) for number in raw)
    return one, two, three, four


def open_case(case: Case) -> None:
    """Read the file strictly and find every signature in it; nothing is repaired.

    A refusal of the strict reader is a reason, not an error: a sealed file has no right to be damaged. One that nobody
    sealed has: most drawings that come from design programs are built a little against the standard.
    """
    _read(case)
    if not case.seals and [why.code for why in case.reasons] == ["unreadable"] and _is_unsealed(case.data):
        case.reasons.clear()


def _read(case: Case) -> None:
    try:
        reader = PdfFileReader(io.BytesIO(case.data), strict=True)
        if reader.encrypted:
            case.add("encrypted")
            return
        found = list(enumerate_sig_fields(reader, filled_status=True))
        if reader.xrefs.hybrid_xrefs_present:
            case.add("unreadable", "hybrid cross-references")
    except _BROKEN as error:
        case.add("unreadable", error)
        return
    case.reader = reader
    for name, value, place in found:
        _take(case, reader, str(name), value, place)
    case.seals.sort(key=lambda seal: (seal.revision, seal.end))
    _find_strays(case, len(found))


_BROKEN = (
    misc.PdfError,
    ValueError,
    KeyError,
    IndexError,
    TypeError,
    AttributeError,
    RecursionError,
    AssertionError,
    NotImplementedError,
    OSError,
)
"""All that the library throws over files that are no PDF by the book."""


def _take(case: Case, reader: PdfFileReader, name: str, value: Any, place: Any) -> None:
    try:
        entry = value.get_object() if value is not None else None
    except _BROKEN as error:
        case.add("malformed-signature", f"{name}: {error}")
        return
    if not isinstance(entry, generic.DictionaryObject):
        case.add("malformed-signature", name)
        return
    form = entry.get("/SubFilter")
    if form is not None and str(form) not in {*FORMATS, TIMESTAMP_FORMAT}:
        case.add("unknown-format", f"{name}: {form}")
        return
    try:
        if reason := _unchecked_sm2(entry):
            case.add("sm2", f"{name}: {reason}")
            return
        embedded = EmbeddedPdfSignature(reader, place.get_object(), name)
    except _BROKEN as error:
        case.add("malformed-signature", f"{name}: {type(error).__name__} {error}")
        return
    is_stamp = str(form) == TIMESTAMP_FORMAT
    if form is None or (str(entry.get("/Type", "/Sig")) == "/DocTimeStamp") != is_stamp:
        case.add("malformed-signature", f"{name}: type and format differ")
    case.seals.append(Sealed(embedded, name, is_stamp))


def _unchecked_sm2(entry: generic.DictionaryObject) -> str:
    """Why a signature by national algorithms cannot be checked here; empty for all others, and where it can."""
    raw = entry.raw_get("/Contents").original_bytes
    found = cms.ContentInfo.load(raw)
    if found["content_type"].dotted.startswith(ARC):
        return "GB/T 35275"
    signed = found["content"]
    if not isinstance(signed, cms.SignedData):
        return ""
    algorithms = [one["signature_algorithm"]["algorithm"].dotted for one in signed["signer_infos"]]
    algorithms += [one["digest_algorithm"]["algorithm"].dotted for one in signed["signer_infos"]]
    return why_not(signed) if any(one.startswith(ARC) for one in algorithms) else ""


def _is_unsealed(data: bytes) -> bool:
    """Whether qpdf can read the file without repair, and neither it nor the bare bytes know of any signature."""
    if b"ByteRange" in data:
        return False
    try:
        with pikepdf.open(io.BytesIO(data), attempt_recovery=False) as pdf:
            return not any(isinstance(one, pikepdf.Dictionary) and _is_signature(one) for one in pdf.objects)
    except (pikepdf.PdfError, ValueError):
        return False


def _find_strays(case: Case, known: int) -> None:
    """Ask qpdf how many dictionaries of signatures the file has: none may lie outside the fields of the form."""
    try:
        with pikepdf.open(io.BytesIO(case.data), attempt_recovery=False) as pdf:
            count = sum(
                1 for one in pdf.objects if isinstance(one, pikepdf.Dictionary) and _is_signature(one)
            )
    except pikepdf.PdfError as error:
        case.add("unreadable", error)
        return
    if count > known:
        case.add("stray-signature", f"{count} > {known}")


def _is_signature(one: pikepdf.Dictionary) -> bool:
    return "/ByteRange" in one or one.get("/Type") in ("/Sig", "/DocTimeStamp")
