"""What the tests of remote seals share: a provider with a seal of the demonstration's authority, sheets, the judge."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed

from app.kernel.errors import Refused
from app.seals.rules import Level, SealKind, Verdict
from app.seals.sealing.fields import place_fields
from app.seals.sealing.keys_csc import CscPlace
from app.seals.sealing.pades import Act
from app.seals.sealing.remote_batch import RemoteItem
from app.seals.verifying.gate import judge
from app.seals.verifying.trust import TrustList
from tests.peers.csc_server import CscProvider
from tests.seals import sealing_set as given


def refused_with(act, *args: Any, **named: Any) -> str:
    with pytest.raises(Refused) as refused:
        act(*args, **named)
    assert refused.value.message.zh
    assert refused.value.way_out.en
    return refused.value.code


def serve(known: CscProvider, **more: Any) -> CscProvider:
    """The provider gets a seal of the demonstration's authority."""
    issued = given.issued("远程章")
    known.certificates = [issued.asn1, given.authority().issuing.asn1]
    known.sign = lambda digest: issued.key.sign(digest, ec.ECDSA(Prehashed(hashes.SHA256())))
    for name, value in more.items():
        setattr(known, name, value)
    return known


def place_of(known: CscProvider, **more: Any) -> CscPlace:
    return CscPlace(
        **{"url": known.url, "token": "token", "credential": "seal", "version": known.version} | more
    )


def trust() -> TrustList:
    authority, now = given.authority(), datetime.now(UTC)
    roots, known = [authority.root.asn1], [authority.issuing.asn1]
    return TrustList.of("own", "1", roots, certificates=known, crls=authority.crls(now))


def sheets(folder: Path, count: int) -> list[RemoteItem]:
    folder.mkdir(exist_ok=True)
    fields = given.fields([SealKind.ISSUE])
    items = []
    for number in range(count):
        path = given.sheet(
            folder / f"sheet-{number}.pdf", content=b"2 w 60 60 2260 %d re S" % (1500 + number)
        )
        path.write_bytes(place_fields(path.read_bytes(), fields))
        items.append(RemoteItem(f"s{number}", path, folder / f"sealed-{number}.pdf", Act("issue-0")))
    return items


def all_valid(items: list[RemoteItem], level: Level) -> None:
    for item in items:
        content = item.target.read_bytes()
        assert content.startswith(item.source.read_bytes())
        report = judge(content, trust(), datetime.now(UTC))
        assert (report.verdict, report.codes) == (Verdict.VALID, frozenset())
        seals = [seal for seal in report.seals if not seal.is_timestamp]
        assert [seal.level for seal in seals] == [level]
