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

DESIGN_SEALS = (SealKind.REGISTERED, SealKind.ISSUE, SealKind.PERSON)
"""What a designer may be asked to put on a sheet before issue."""
PERSONAL = frozenset({SealKind.REGISTERED, SealKind.PERSON})
"""Seals of a person; the others are a firm's."""


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


class Provider(StrEnum):
    """Where a seal's key is."""

    DEMO = "demo"
    """A file beside the data, made by the demonstration's authority; refused in production."""
    PKCS11 = "pkcs11"
    CSC = "csc"
    RECORDED = "recorded"
    """Elsewhere: files arrive already sealed by it."""


PROVIDER_LABELS: dict[str, Label] = {
    Provider.DEMO: Label("演示密钥文件（仅演示）", "Key file of the demonstration"),
    Provider.PKCS11: Label("密码机或密码卡（PKCS#11）", "Hardware key (PKCS#11)"),
    Provider.CSC: Label("远程签章服务（CSC 接口）", "Remote sealing service (CSC API)"),
    Provider.RECORDED: Label("外部签章，仅登记", "Sealed elsewhere, recorded here"),
}


class SealState(StrEnum):
    """Life of a seal."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    """For ever: lost, replaced, or the certificate was revoked."""


SEAL_STATE_LABELS: dict[str, Label] = {
    SealState.ACTIVE: Label("启用", "Active"),
    SealState.SUSPENDED: Label("停用", "Suspended"),
    SealState.REVOKED: Label("注销", "Revoked"),
}


class BatchState(StrEnum):
    """Life of a decision to seal a set."""

    ASKED = "asked"
    """Waits for the second keeper."""
    RUNNING = "running"
    DONE = "done"
    REFUSED = "refused"
    """The second keeper said no, or whoever asked took it back."""
    BROKEN = "broken"
    """Could not go on: the key, the time stamps or the revocation lists were not to be had. May be taken up again."""


BATCH_STATE_LABELS: dict[str, Label] = {
    BatchState.ASKED: Label("待复核用印", "Waits for the second keeper"),
    BatchState.RUNNING: Label("签章中", "Being sealed"),
    BatchState.DONE: Label("已完成", "Done"),
    BatchState.REFUSED: Label("未用印", "Not sealed"),
    BatchState.BROKEN: Label("中断", "Broken off"),
}


class UseState(StrEnum):
    """Life of one document in a batch."""

    WAITING = "waiting"
    SEALED = "sealed"
    REFUSED = "refused"


USE_STATE_LABELS: dict[str, Label] = {
    UseState.WAITING: Label("待签章", "Waiting"),
    UseState.SEALED: Label("已签章", "Sealed"),
    UseState.REFUSED: Label("未签章", "Not sealed"),
}


class Cause(StrEnum):
    """Why bytes were judged."""

    SEALED = "sealed"
    ARRIVED = "arrived"
    ASKED = "asked"
    DUE = "due"


CAUSE_LABELS: dict[str, Label] = {
    Cause.SEALED: Label("签章后核验", "After sealing"),
    Cause.ARRIVED: Label("到件核验", "On arrival"),
    Cause.ASKED: Label("人工核验", "Asked by a person"),
    Cause.DUE: Label("定期复验", "When it was due"),
}


class CheckResult(StrEnum):
    """What came of a business check (DOMAIN 4.3 [P])."""

    OK = "ok"
    NOT_OK = "not_ok"
    NOT_CHECKED = "not_checked"


CHECK_LABELS: dict[str, Label] = {
    CheckResult.OK: Label("符合", "In order"),
    CheckResult.NOT_OK: Label("不符合", "Not in order"),
    CheckResult.NOT_CHECKED: Label("未核查", "Not checked"),
}

MOST_DOCUMENTS = 2_000
"""Of one decision."""

BUSINESS_LABELS: dict[str, Label] = {
    "seal_active": Label("印章在用", "Seal is active"),
    "certificate_period": Label("证书在有效期内", "Certificate is in its period"),
    "discipline_fits": Label("专业相符", "Discipline fits"),
    "person_of_firm": Label("人员属于该单位", "Person belongs to the firm"),
    "registration": Label("注册执业状态", "Registration in force"),
    "qualification": Label("单位资质覆盖本项目", "Firm's qualification covers the project"),
}
"""Business checks at the time of sealing (DOMAIN 4.3 [P])."""
SOURCE_LABELS: dict[str, Label] = {
    "oneset-seals": Label("本系统印章登记", "seal register of this system"),
    "oneset-accounts": Label("本系统人员登记", "accounts of this system"),
    "certificate": Label("证书", "certificate"),
    "": Label("未接入资质库，未核查", "no register of qualifications is connected: not checked"),
}
"""Where a business check got its answer."""
