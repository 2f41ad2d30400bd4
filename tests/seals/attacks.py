"""Attack files made under an authority that everybody trusts. ``python -m tests.seals.attacks`` prints what catches each.

Three readers look at every file: one that says "there is an intact signature of somebody trusted" (*naive*), the
library with its own default (*default*), and the gate.
"""

import io
import logging
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from functools import cached_property

from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from app.seals.demo_pki import Issued
from app.seals.rules import Verdict
from app.seals.verifying import routing
from app.seals.verifying.knowledge import run
from app.seals.verifying.reasons import REASONS
from app.seals.verifying.trust import TrustList
from tests.seals import (
    attack_after,
    attack_bytes,
    attack_ofd,
    attack_ofd_package,
    attack_people,
    attack_shadow,
    attack_sm2,
)
from tests.seals.attack_tools import MAKERS, Attack, Victim
from tests.seals.makers import Desk
from tests.seals.sm2_pki import Sm2Authority

FAMILIES = (
    attack_after,
    attack_shadow,
    attack_bytes,
    attack_people,
    attack_sm2,
    attack_ofd,
    attack_ofd_package,
)
"""Importing them registers their attacks."""


class AttackDesk(Desk):
    """Also has a seal that was revoked yesterday, an SM2 authority, and a trust list that knows of both."""

    def __init__(self) -> None:
        super().__init__()
        self.revoked: Issued = self.authority.issue("丢失的章", "某院")
        self.authority.revoke(self.revoked, self.now - timedelta(days=1))
        self.sm2 = Sm2Authority(self.now - timedelta(days=30))
        self.sm2_revoked = self.sm2.issue("丢失的国密章")
        self.sm2.revoked[self.sm2_revoked.certificate.serial_number] = self.now - timedelta(days=1)

    @cached_property
    def trust(self) -> TrustList:
        roots = [self.authority.root.asn1, self.sm2.root.certificate]
        known = [self.authority.issuing.asn1, self.sm2.issuing.certificate]
        lists = [*self.authority.crls(self.now), *self.sm2.crls(self.now)]
        return TrustList.of("test", "1", roots, certificates=known, crls=lists)


def make_attacks(desk: AttackDesk) -> Iterator[Attack]:
    """Every attack file."""
    victim = Victim(desk)
    for kind, name, verdict, codes, maker in MAKERS:
        yield Attack(kind, name.replace("_", " "), maker(victim), verdict, codes)


def naive(desk: Desk, data: bytes, *, is_default: bool = False) -> bool:
    """What a program without a gate says: any intact signature of somebody trusted; or the library's default."""
    try:
        context = ValidationContext(
            trust_roots=[desk.authority.root.asn1], other_certs=[desk.authority.issuing.asn1],
            crls=desk.authority.crls(desk.now), allow_fetching=False,
        )  # fmt: skip
        found = PdfFileReader(io.BytesIO(data), strict=False).embedded_regular_signatures
        said = [run(async_validate_pdf_signature(one, context, skip_diff=not is_default)) for one in found]
        if is_default:
            return bool(said) and all(one.bottom_line for one in said)
        return any(one.intact and one.valid for one in said)
    except Exception:  # noqa: BLE001 - a program that breaks has not said "valid"
        return False


def main() -> None:
    """The table."""
    logging.disable(logging.CRITICAL)
    desk = AttackDesk()
    counts: Counter[str] = Counter()
    rows = []
    for one in make_attacks(desk):
        report = routing.judge(one.data, desk.trust, desk.now + timedelta(minutes=1))
        simple, default = naive(desk, one.data), naive(desk, one.data, is_default=True)
        defences = sorted({REASONS[code].defence for code in report.codes})
        counts["all"] += 1
        counts["naive"] += simple
        counts["default"] += default
        counts["gate"] += report.verdict is Verdict.VALID
        counts[one.kind] += 1
        is_right = report.verdict is one.verdict and bool(report.codes & one.codes)
        counts["not as stated"] += not is_right
        mark = " " if is_right else f"!! wanted {one.verdict.value} {sorted(one.codes)}"
        rows.append(
            f"{one.kind:11} {one.name:55.55} {'says sealed' if simple else '-':11} {'passes' if default else '-':7} "
            f"{report.verdict.value:15} {', '.join(defences)}: {', '.join(sorted(report.codes))} {mark}"
        )
    print(f"{'class':11} {'attack':55} {'naive':11} {'default':7} {'gate':15} caught by")
    print("\n".join(rows))
    print(dict(counts))


if __name__ == "__main__":
    main()
