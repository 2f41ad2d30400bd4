"""Words of e-seals: kinds, levels, verdicts, reasons (DOMAIN 4; ETSI EN 319 102-1 has three results, never a boolean)."""

from enum import StrEnum

from app.kernel.labels import Label


class SealKind(StrEnum):
    """What a seal is (DOMAIN 4.1)."""

    ISSUE = "issue"
    REGISTERED = "registered"
    REVIEW = "review"
    AS_BUILT = "as_built"
    FIRM = "firm"
    PERSON = "person"


SEAL_LABELS: dict[str, Label] = {
    SealKind.ISSUE: Label("出图章", "Issue seal"),
    SealKind.REGISTERED: Label("注册执业章", "Registered professional's seal"),
    SealKind.REVIEW: Label("审图章", "Review seal"),
    SealKind.AS_BUILT: Label("竣工图章", "As-built stamp"),
    SealKind.FIRM: Label("单位公章", "Firm's seal"),
    SealKind.PERSON: Label("个人签章", "Personal seal"),
}


class Level(StrEnum):
    """How much of its own evidence a seal carries (ETSI EN 319 142-1)."""

    B = "B-B"
    T = "B-T"
    LT = "B-LT"
    LTA = "B-LTA"


class Verdict(StrEnum):
    """What is said of one seal, or of a file with all its seals (DOMAIN 4.3)."""

    VALID = "valid"
    UNTRUSTED = "valid_untrusted"
    INDETERMINATE = "indeterminate"
    INVALID = "invalid"
    NO_SEAL = "no_seal"
    """Of a file: nobody has sealed it, whatever is painted on it."""


VERDICT_LABELS: dict[str, Label] = {
    Verdict.VALID: Label("有效", "Valid"),
    Verdict.UNTRUSTED: Label("签名有效，但证书未受信", "Signature intact, certificate not trusted"),
    Verdict.INDETERMINATE: Label("无法判定", "Cannot be judged"),
    Verdict.INVALID: Label("无效", "Invalid"),
    Verdict.NO_SEAL: Label("无电子签章", "No e-seal"),
}
