"""Honest sealed sheets made here, under a demonstration authority that the trust list of the tests trusts."""

import io
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, String
from pyhanko.pdf_utils.content import RawContent
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import BoxConstraints
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields, signers, timestamps
from pyhanko.stamp import StaticStampStyle
from pyhanko_certvalidator import ValidationContext

from app.seals.demo_pki import DemoAuthority, Issued
from app.seals.verifying.trust import TrustList

WIDTH, HEIGHT = 1190.55, 841.89
ROLES = ("Issue", "Registered", "Review", "AsBuilt")
BOXES = {role: (100 + 230 * i, 40, 220 + 230 * i, 160) for i, role in enumerate(ROLES)}
"""Four places in clear space below the drawing."""


@dataclass
class Desk:
    """An authority, seals under it, and the trust list that trusts it."""

    now: datetime = field(default_factory=lambda: datetime.now(UTC).replace(microsecond=0))
    name: str = "一套图演示根证书 / OneSet demo root"

    @cached_property
    def authority(self) -> DemoAuthority:
        return DemoAuthority.found(self.now - timedelta(days=30), name=self.name)

    @cached_property
    def seals(self) -> dict[str, Issued]:
        return {role: self.authority.issue(f"{role} 章", "某某建筑设计院") for role in ROLES}

    @cached_property
    def trust(self) -> TrustList:
        return TrustList.of(
            "test", "1", [self.authority.root.asn1], certificates=[self.authority.issuing.asn1],
            crls=self.authority.crls(self.now),
        )  # fmt: skip

    @cached_property
    def bare_trust(self) -> TrustList:
        """The root alone: what a file does not carry is not known."""
        return TrustList.of("test", "bare", [self.authority.root.asn1])

    @cached_property
    def context(self) -> ValidationContext:
        return ValidationContext(
            trust_roots=[self.authority.root.asn1],
            other_certs=[self.authority.issuing.asn1, self.authority.tsa.asn1],
            crls=self.authority.crls(self.now),
            allow_fetching=False,
            revocation_mode="require",
        )

    @cached_property
    def timestamper(self) -> timestamps.TimeStamper:
        return self.authority.timestamper()

    def signer(self, issued: Issued, **extra: Any) -> signers.SimpleSigner:
        return signers.SimpleSigner(issued.asn1, issued.asn1_key, self.authority.store(), **extra)

    def seal(
        self,
        data: bytes,
        role: str = "Issue",
        *,
        level: str = "B-B",
        certify: bool = False,
        issued: Issued | None = None,
        by: signers.Signer | None = None,
        paint: bytes | None = b"1 0 0 RG 6 w 10 10 100 100 re S",
        spec: fields.SigFieldSpec | None = None,
        size: tuple[float, float] = (120, 120),
        digest: str = "sha256",
        edit: Callable[[IncrementalPdfFileWriter], None] | None = None,
        form: Any = fields.SigSeedSubFilter.PADES,
        lawless: bool = False,
        **meta: Any,
    ) -> bytes:
        """Seal with one role's certificate at a level; ``edit`` changes more in the same revision.

        ``lawless`` is a program that seals even where an earlier seal forbids it.
        """
        writer = IncrementalPdfFileWriter(io.BytesIO(data))
        if edit is not None:
            edit(writer)
        metadata = signers.PdfSignatureMetadata(
            field_name=role,
            md_algorithm=digest,
            certify=certify,
            docmdp_permissions=meta.pop("docmdp", fields.MDPPerm.FILL_FORMS),
            subfilter=form,
            embed_validation_info=level in ("B-LT", "B-LTA"),
            use_pades_lta=level == "B-LTA",
            validation_context=self.context if level in ("B-LT", "B-LTA") else None,
            **meta,
        )
        style = None
        if paint is not None:
            style = StaticStampStyle(
                background=RawContent(paint, box=BoxConstraints(*size)), border_width=0, background_opacity=1
            )
        maker = (_Lawless if lawless else signers.PdfSigner)(
            metadata,
            by or self.signer(issued or self.seals[role if role in self.seals else "Issue"]),
            timestamper=None if level == "B-B" else self.timestamper,
            stamp_style=style,
            new_field_spec=spec,
        )
        out = io.BytesIO()
        maker.sign_pdf(writer, output=out, existing_fields_only=spec is None)
        return out.getvalue()

    def renew(self, data: bytes) -> bytes:
        """Later: data for validation and another time stamp over the whole."""
        out = io.BytesIO()
        signers.PdfTimeStamper(self.timestamper).update_archival_timestamp_chain(
            PdfFileReader(io.BytesIO(data)), self.context, output=out
        )
        return out.getvalue()

    def stamp(self, data: bytes) -> bytes:
        """Another time stamp over the document, nothing else."""
        out = io.BytesIO()
        signers.PdfTimeStamper(self.timestamper).timestamp_pdf(
            IncrementalPdfFileWriter(io.BytesIO(data)), "sha256", self.context, output=out
        )
        return out.getvalue()


class _Lawless(signers.PdfSigner):
    def _enforce_certification_constraints(self, reader: PdfFileReader) -> None:
        del reader


DRAWING = (
    b"q 1 1 1 rg 0 0 1190.55 841.89 re f Q 0 0 0 RG 2 w 60 200 1070 580 re S "
    b"1 w 100 260 m 900 260 l S 100 300 m 900 700 l S 300 300 400 300 re S "
    b"BT /F1 24 Tf 500 500 Td (C30 slab 120 mm) Tj ET BT /F1 14 Tf 900 220 Td (S-101  rev A) Tj ET "
)


def sheet(
    prepare: Callable[[pikepdf.Pdf], None] | None = None, *, content: bytes = DRAWING, has_fields: bool = True
) -> bytes:
    """A drawing sheet with four reserved places, two layers and a field of text; not sealed yet."""
    pdf = pikepdf.new()
    page = pdf.add_blank_page(page_size=(WIDTH, HEIGHT))
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    layers = [
        pdf.make_indirect(Dictionary(Type=Name.OCG, Name=String(name))) for name in ("A-WALL", "A-NOTE")
    ]
    page.obj.Resources = Dictionary(
        Font=Dictionary(F1=pdf.make_indirect(font)), Properties=Dictionary(L1=layers[0], L2=layers[1])
    )
    layered = b" /OC /L1 BDC 0 0 1 RG 700 320 60 60 re S EMC /OC /L2 BDC BT /F1 18 Tf 700 400 Td (fire wall) Tj ET EMC"
    page.obj.Contents = pdf.make_stream(content + layered)
    order = Dictionary(ON=Array(layers), OFF=Array([]), Order=Array(layers))
    pdf.Root.OCProperties = Dictionary(OCGs=Array(layers), D=pdf.make_indirect(order))
    look = pdf.make_stream(b"BT /F1 12 Tf 2 4 Td (owner) Tj ET")
    look.update(Dictionary(Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 120, 20])))
    look.Resources = Dictionary(Font=Dictionary(F1=font))
    text = pdf.make_indirect(
        Dictionary(
            Type=Name.Annot, Subtype=Name.Widget, FT=Name.Tx, T=String("Owner"), V=String("owner"), F=4,
            Rect=Array([900, 170, 1020, 190]), P=page.obj, AP=Dictionary(N=look), DA=String("/F1 12 Tf 0 g"),
        )
    )  # fmt: skip
    page.obj.Annots = pdf.make_indirect(Array([text]))
    pdf.Root.AcroForm = pdf.make_indirect(
        Dictionary(Fields=Array([text]), DR=Dictionary(Font=Dictionary(F1=font)))
    )
    if prepare is not None:
        prepare(pdf)
    out = io.BytesIO()
    pdf.save(out, object_stream_mode=pikepdf.ObjectStreamMode.disable, compress_streams=False)
    return reserve(out.getvalue()) if has_fields else out.getvalue()


def reserve(data: bytes, **specs: Any) -> bytes:
    """Empty fields for all four roles, in a revision of their own, before the first seal."""
    writer = IncrementalPdfFileWriter(io.BytesIO(data))
    for role in ROLES:
        fields.append_signature_field(
            writer, specs.get(role) or fields.SigFieldSpec(role, 0, box=BOXES[role])
        )
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()
