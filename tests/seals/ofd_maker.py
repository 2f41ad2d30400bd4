"""Sealed OFD files of our own (GB/T 33190 with a seal by GB/T 38540), with every part open to change."""

import base64
import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from asn1crypto import core

from app.seals.sm2.algorithms import sm3
from app.seals.verifying import ses
from tests.seals.sm2_pki import Sm2Authority, Sm2Issued

SPACE = 'xmlns:ofd="http://www.ofdspec.org/2016"'
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
PAGE = "Doc_0/Pages/Page_0/Content.xml"
LIST = "Doc_0/Signs/Signatures.xml"
Files = dict[str, bytes]


def document() -> Files:
    """A document of one page, not sealed; its root file already names the list of signatures."""
    texts = {
        "OFD.xml": f'<ofd:OFD {SPACE} Version="1.0" DocType="OFD"><ofd:DocBody><ofd:DocInfo><ofd:DocID>1</ofd:DocID>'
        f"</ofd:DocInfo><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot><ofd:Signatures>/{LIST}</ofd:Signatures>"
        "</ofd:DocBody></ofd:OFD>",
        "Doc_0/Document.xml": f'<ofd:Document {SPACE}><ofd:Pages><ofd:Page ID="1" BaseLoc="Pages/Page_0/Content.xml"/>'
        "</ofd:Pages></ofd:Document>",
        "Doc_0/PublicRes.xml": f'<ofd:Res {SPACE} BaseLoc="Res"/>',
        PAGE: f"<ofd:Page {SPACE}><ofd:Content><ofd:Layer ID='2'><ofd:TextObject ID='3' Boundary='20 20 90 9'>"
        "<ofd:TextCode>C30 板厚 120</ofd:TextCode></ofd:TextObject></ofd:Layer></ofd:Content></ofd:Page>",
        LIST: f"<ofd:Signatures {SPACE}></ofd:Signatures>",
    }
    return {name: (HEAD + text).encode() for name, text in texts.items()}


def packed(files: Files, *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """The package."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), content, method)
    return out.getvalue()


def _stamp(at: datetime) -> core.GeneralizedTime:
    return core.GeneralizedTime(at.replace(microsecond=0))


@dataclass
class OfdDesk:
    """A seal maker, a holder, and their honest work. ``at`` is when things are sealed."""

    authority: Sm2Authority
    at: datetime
    maker: Sm2Issued = field(init=False)
    holder: Sm2Issued = field(init=False)

    def __post_init__(self) -> None:
        self.maker = self.authority.issue("国密演示制章中心", "制章中心")
        self.holder = self.authority.issue("某某建筑设计院出图专用章", "某某建筑设计院")

    def seal_object(
        self,
        holder: Sm2Issued | None = None,
        *,
        maker: Sm2Issued | None = None,
        by: Callable[[bytes], bytes] | None = None,
        life: timedelta = timedelta(days=900),
        since: datetime | None = None,
        list_type: int = ses.BY_CERTIFICATE,
        whole: bool = False,
        has_more: bool = False,
        **header: Any,
    ) -> ses.Seal:
        """A seal for one holder."""
        holder, maker = holder or self.holder, maker or self.maker
        begin = since or self.at - timedelta(days=10)
        users: Any = ses.Certificates([holder.certificate.dump()])
        if list_type == ses.BY_DIGEST:
            users = ses.CertificateDigests([{"type": "SM3", "value": sm3(holder.certificate.dump())}])
        info = ses.SealInfo(
            {
                "header": {"id": "ES", "version": 4, "vendor": "OneSet"} | header,
                "id": "3301060000001",
                "property": {
                    "type": 1, "name": "某某建筑设计院出图专用章",
                    "list_type": list_type, "users": core.Any.load(users.dump()),
                    "created": _stamp(begin), "valid_from": _stamp(begin), "valid_to": _stamp(begin + life),
                },
                "picture": {"type": "PNG", "data": b"\x89PNG", "width": 40, "height": 40},
            }
        )  # fmt: skip
        if has_more:
            info["more"] = core.Any(core.OctetString(b"a maker's own").retag({"explicit": 0}))
        seal = ses.Seal(
            {
                "info": info, "certificate": maker.certificate.dump(), "algorithm": ses.SM2_SM3_OID,
                "signature": core.OctetBitString(b""),
            }
        )  # fmt: skip
        told = ses.made_over(seal)[1 if whole else 0]
        seal["signature"] = core.OctetBitString((by or maker.sign)(told))
        return seal

    def value(
        self,
        description: bytes,
        *,
        seal: ses.Seal | None = None,
        holder: Sm2Issued | None = None,
        by: Callable[[bytes], bytes] | None = None,
        at: datetime | None = None,
        algorithm: str = ses.SM2_SM3_OID,
        digest: bytes | None = None,
        stamper: Callable[[bytes], bytes] | None = None,
        has_more: bool = False,
        is_bare: bool = False,
    ) -> bytes:
        """A seal's signature over a description."""
        holder = holder or self.holder
        told = ses.ToSign(
            {
                "version": 4, "seal": seal or self.seal_object(holder), "time": _stamp(at or self.at),
                "digest": core.OctetBitString(digest or sm3(description)), "property": "/Doc_0/Signs/Sign_0/Signature.xml",
            }
        )  # fmt: skip
        if has_more:
            told["more"] = core.Any(core.OctetString(b"a maker's own").retag({"explicit": 0}))
        made = ses.Signature(
            {
                "to_sign": told, "certificate": holder.certificate.dump(), "algorithm": algorithm,
                "signature": core.OctetBitString((by or holder.sign)(told.dump())),
            }
        )  # fmt: skip
        if stamper is not None:
            token = core.OctetBitString(stamper(made["signature"].native)).dump()
            stamp = core.OctetBitString.load(token)
            made["time_stamp"] = core.Any(stamp if is_bare else stamp.retag({"explicit": 0}))
        return made.dump()

    def seal(
        self,
        files: Files,
        number: int = 0,
        *,
        references: Callable[[Files], Files] = dict,
        method: str = "1.2.156.10197.1.401",
        kind: str = "Seal",
        digest: Callable[[bytes], bytes] = sm3,
        more: str = "",
        **value: Any,
    ) -> Files:
        """The files with one more seal over all that is there; ``references`` chooses what it protects."""
        folder = f"Doc_0/Signs/Sign_{number}"
        protected = references({name: content for name, content in files.items() if name != LIST})
        listed = "".join(
            f'<ofd:Reference FileRef="/{name}"><ofd:CheckValue>{base64.b64encode(digest(content)).decode()}'
            "</ofd:CheckValue></ofd:Reference>"
            for name, content in protected.items()
        )
        stated = f' CheckMethod="{method}"' if method else ""
        description = (
            f'{HEAD}<ofd:Signature {SPACE}><ofd:SignedInfo><ofd:Provider ProviderName="OneSet"/>'
            f"<ofd:SignatureMethod>{ses.SM2_SM3_OID}</ofd:SignatureMethod>"
            f"<ofd:SignatureDateTime>{self.at:%Y%m%d%H%M%S}Z</ofd:SignatureDateTime>"
            f"<ofd:References{stated}>{listed}</ofd:References>"
            f'<ofd:StampAnnot ID="1" PageRef="1" Boundary="10 10 40 40"/>{more}</ofd:SignedInfo>'
            f"<ofd:SignedValue>SignedValue.dat</ofd:SignedValue></ofd:Signature>"
        ).encode()
        entry = f'<ofd:Signature ID="{number + 1}" Type="{kind}" BaseLoc="Sign_{number}/Signature.xml"/></ofd:Signatures>'
        return files | {
            LIST: files[LIST].replace(b"</ofd:Signatures>", entry.encode()),
            f"{folder}/Signature.xml": description,
            f"{folder}/SignedValue.dat": self.value(description, **value),
        }
