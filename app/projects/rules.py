"""Codes of DOMAIN 3.1 to 3.3, disciplines of 3.5, stages, and the policies a project can choose."""

import re
from dataclasses import dataclass
from enum import StrEnum

from app.kernel.labels import Label
from app.kernel.text import normalise


class IdentifierScheme(StrEnum):
    """Typed identifiers of a project (DOMAIN 3.1, 3.2). Codes come from outside and are never generated."""

    PROJECT_CODE = "project_code"
    ENGINEERING_CODE = "engineering_code"
    PLATFORM_NUMBER = "platform_number"
    PERMIT_NUMBER = "permit_number"
    JOB_NUMBER = "job_number"
    OTHER = "other"


IDENTIFIER_LABELS: dict[IdentifierScheme, Label] = {
    IdentifierScheme.PROJECT_CODE: Label("项目代码", "National project code"),
    IdentifierScheme.ENGINEERING_CODE: Label("工程代码", "Engineering code"),
    IdentifierScheme.PLATFORM_NUMBER: Label("项目编号（四库一平台）", "Platform project number"),
    IdentifierScheme.PERMIT_NUMBER: Label("施工许可证编号", "Construction permit number"),
    IdentifierScheme.JOB_NUMBER: Label("设计号/工程编号", "Job number"),
    IdentifierScheme.OTHER: Label("其他编号", "Other identifier"),
}


class BuildingScheme(StrEnum):
    """Typed identifiers of a building (DOMAIN 3.3)."""

    JGJ496 = "jgj496"
    PLATFORM_UNIT = "platform_unit"
    REAL_ESTATE_UNIT = "real_estate_unit"
    LOCAL = "local"


GLOBAL_SCHEMES = frozenset({BuildingScheme.JGJ496, BuildingScheme.REAL_ESTATE_UNIT})
"""Codes that only one building in the country has; others count inside one project."""

BUILDING_SCHEME_LABELS: dict[BuildingScheme, Label] = {
    BuildingScheme.JGJ496: Label("建筑单体编码", "Building code"),
    BuildingScheme.PLATFORM_UNIT: Label("平台单体序号", "Platform unit serial"),
    BuildingScheme.REAL_ESTATE_UNIT: Label("不动产单元代码", "Real estate unit"),
    BuildingScheme.LOCAL: Label("地方编码", "Local code"),
}


class CodeVerdict(StrEnum):
    """What a check of a code says. Only a warning: the certificate is right, not we (DOMAIN 3.1)."""

    OK = "ok"
    NO_CHECK = "no_check"
    """Right form, but the form has no check digit (codes before November 2020)."""
    BAD_CHECK = "bad_check"
    BAD_FORM = "bad_form"


@dataclass(frozen=True)
class CodeCheck:
    """Normal form of a code, and the verdict."""

    value: str
    verdict: CodeVerdict


_NEW_CODE = re.compile(r"\d{2}(0[1-9]|1[0-2])-\d{6}-\d{2}-\d{2}-\d{6}")
_OLD_CODE = re.compile(r"20(1[3-9]|20)-\d{6}-\d{2}-\d{2}-\d{6}")


def check_project_code(text: str) -> CodeCheck:
    """Check a national investment project code (GB/T 40058-2021; both formats).

    New codes (from November 2020) end in ISO/IEC 7064 MOD 11,10 over the first 19 digits; the algorithm was inferred
    from real codes (DOMAIN 3.1), so a wrong digit warns and may be overridden with a reason.
    """
    flat = normalise(text).replace(" ", "")
    if re.fullmatch(r"\d{20}", flat):
        flat = f"{flat[:4]}-{flat[4:10]}-{flat[10:12]}-{flat[12:14]}-{flat[14:]}"
    if _OLD_CODE.fullmatch(flat):
        return CodeCheck(flat, CodeVerdict.NO_CHECK)
    if not _NEW_CODE.fullmatch(flat):
        return CodeCheck(flat, CodeVerdict.BAD_FORM)
    right = _mod_11_10(flat.replace("-", ""))
    return CodeCheck(flat, CodeVerdict.OK if right else CodeVerdict.BAD_CHECK)


def check_building_code(scheme: BuildingScheme, text: str) -> CodeCheck:
    """Check the form of a building code: 27 characters where one city says so (DOMAIN 3.3); never parsed."""
    flat = normalise(text).replace(" ", "").upper()
    if scheme is not BuildingScheme.JGJ496:
        return CodeCheck(flat, CodeVerdict.NO_CHECK if flat else CodeVerdict.BAD_FORM)
    return CodeCheck(
        flat, CodeVerdict.NO_CHECK if re.fullmatch(r"[0-9A-Z]{27}", flat) else CodeVerdict.BAD_FORM
    )


def _mod_11_10(digits: str) -> bool:
    """ISO/IEC 7064 hybrid system MOD 11,10 over a number with its check digit."""
    product = 10
    for digit in digits[:-1]:
        total = (product + int(digit)) % 10 or 10
        product = total * 2 % 11
    return (product + int(digits[-1])) % 10 == 1


class Discipline(StrEnum):
    """Disciplines (专业), ids of DOMAIN 3.5."""

    GENERAL = "general"
    SITE = "site"
    ARCH = "arch"
    STRUCT = "struct"
    PLUMB = "plumb"
    HVAC = "hvac"
    ELEC = "elec"
    ELV = "elv"
    GAS = "gas"
    FIRE = "fire"
    CIVIL_DEFENCE = "civil_defence"
    INTERIOR = "interior"
    FACADE = "facade"
    STEEL = "steel"
    LANDSCAPE = "landscape"
    SHORING = "shoring"
    SURVEY = "survey"
    ROAD = "road"
    BRIDGE = "bridge"
    PIPELINE = "pipeline"
    TUNNEL = "tunnel"
    LIGHTING = "lighting"
    PRECAST = "precast"
    ENERGY = "energy"
    GREEN = "green"


DISCIPLINE_LABELS: dict[Discipline, Label] = {
    Discipline.GENERAL: Label("综合", "General"),
    Discipline.SITE: Label("总图", "Site"),
    Discipline.ARCH: Label("建筑", "Architecture"),
    Discipline.STRUCT: Label("结构", "Structure"),
    Discipline.PLUMB: Label("给水排水", "Plumbing"),
    Discipline.HVAC: Label("暖通空调", "HVAC"),
    Discipline.ELEC: Label("电气", "Electrical"),
    Discipline.ELV: Label("智能化", "ELV"),
    Discipline.GAS: Label("燃气动力", "Gas"),
    Discipline.FIRE: Label("消防", "Fire"),
    Discipline.CIVIL_DEFENCE: Label("人防", "Civil defence"),
    Discipline.INTERIOR: Label("装饰", "Interior"),
    Discipline.FACADE: Label("幕墙", "Facade"),
    Discipline.STEEL: Label("钢结构", "Steel"),
    Discipline.LANDSCAPE: Label("景观园林", "Landscape"),
    Discipline.SHORING: Label("基坑支护", "Shoring"),
    Discipline.SURVEY: Label("勘察", "Survey"),
    Discipline.ROAD: Label("道路", "Road"),
    Discipline.BRIDGE: Label("桥梁", "Bridge"),
    Discipline.PIPELINE: Label("管线", "Pipeline"),
    Discipline.TUNNEL: Label("隧道", "Tunnel"),
    Discipline.LIGHTING: Label("照明", "Lighting"),
    Discipline.PRECAST: Label("装配式", "Precast"),
    Discipline.ENERGY: Label("节能", "Energy"),
    Discipline.GREEN: Label("绿建", "Green building"),
}

DISCIPLINE_ORDER: dict[str, int] = {str(d): n for n, d in enumerate(Discipline)}


class Stage(StrEnum):
    """Design stage (设计阶段), an attribute of a revision."""

    CONCEPT = "concept"
    PRELIMINARY = "preliminary"
    CONSTRUCTION = "construction"
    AS_BUILT = "as_built"


STAGE_LABELS: dict[Stage, Label] = {
    Stage.CONCEPT: Label("方案", "Concept"),
    Stage.PRELIMINARY: Label("初步设计", "Preliminary design"),
    Stage.CONSTRUCTION: Label("施工图", "Construction"),
    Stage.AS_BUILT: Label("竣工图", "As-built"),
}


class ReviewMode(StrEnum):
    """How construction drawings are reviewed in this project: a policy, not a constant (DOMAIN 2.2)."""

    AGENCY = "agency"
    JOINT = "joint"
    COMMIT_THEN_CHECK = "commit_then_check"
    EXEMPT = "exempt"


REVIEW_MODE_LABELS: dict[ReviewMode, Label] = {
    ReviewMode.AGENCY: Label("审查机构事前审查", "Review by an agency"),
    ReviewMode.JOINT: Label("多审合一", "Joint review"),
    ReviewMode.COMMIT_THEN_CHECK: Label("告知承诺、事后抽查", "Commitment, then spot check"),
    ReviewMode.EXEMPT: Label("免于审查", "Exempt"),
}


DEFAULT_CHANGE_NUMBER = "{kind}-{discipline}-{serial:03d}"
_NUMBERING = re.compile(r"(?:[^{}]|\{(?:kind|discipline|year)\}|\{serial(?::0?[1-9]d)?\})+")


def is_numbering(pattern: str) -> bool:
    """Whether a pattern numbers things: ``{kind}``, ``{discipline}``, ``{year}`` and exactly one ``{serial}``."""
    return len(pattern) <= 80 and pattern.count("{serial") == 1 and _NUMBERING.fullmatch(pattern) is not None


@dataclass(frozen=True)
class Policy:
    """What one project asks for. Cities differ, so every [R] or [P] of DOMAIN is a field here."""

    review_mode: ReviewMode = ReviewMode.EXEMPT
    signatures: tuple[str, ...] = ("checker", "verifier", "approver")
    """Internal signatures that ``issue`` needs, in their order (校对 审核 审定)."""
    cosign_disciplines: tuple[str, ...] = ()
    """Disciplines whose co-signature (会签) each sheet needs; a sheet's own discipline is left out."""
    require_pdf: bool = False
    """True: a CAD file alone cannot be issued; a plotted PDF must stand beside it."""
    require_seals: bool = False
    """Whether a sheet is issued and released with valid e-seals alone (DOMAIN 2.1)."""
    seal_kinds: tuple[str, ...] = ("registered", "issue")
    """Kinds of seals the designer puts on a sheet before issue (DOMAIN 4.1 [P])."""
    seal_disciplines: tuple[str, ...] = ("arch", "struct")
    """Disciplines whose sheets need a registered person's seal [P]."""
    require_review_seal: bool = False
    """Whether a reviewed sheet is released with the agency's seal on it alone (order 13, art. 13 [R])."""
    accept_unjudged_seals: bool = False
    """Whether a file that arrives with seals that cannot be judged here (SM2, unknown authorities) may be issued."""
    require_joint_review: bool = False
    require_title_match: bool = True
    """True: a difference between title block and register is shown as a warning before checking."""
    number_pattern: str = ""
    """Regular expression that sheet numbers of the project follow; empty: any. Interpreted with a limit on time."""
    review_days: int = 15
    """The agency's term in working days: 15 for large buildings and municipal works, 10 for others, 7 or 5 for survey
    reports (order 13, art. 12 [R])."""
    review_intake_days: int = 3
    review_reply_days: int = 0
    """The designer's term; 0: none, the agency's clock just waits."""
    review_filing_days: int = 5
    """Working days in which the agency reports its result."""
    review_recheck_counts: bool = False
    """Whether the recheck runs on the agency's term; order 13 leaves it out [R]."""
    review_documents: tuple[str, ...] = ()
    """Kinds of basis documents a submission must bring (:class:`app.review.rules.DocumentKind`)."""
    review_answer_all: bool = True
    """Whether advisory opinions too must be answered before the set is handed in again."""
    review_rules_off: tuple[str, ...] = ()
    """Rules of the assisted review that are not asked (ids of :mod:`app.review.assist.rulebook`)."""
    review_layer_pattern: str = ""
    """What CAD layers are named like: ``gb`` or a regular expression; empty: the assisted review cannot judge them."""
    change_number: str = DEFAULT_CHANGE_NUMBER
    """How change documents are numbered at issue; each text before the serial counts for itself."""
    change_assessed: bool = True
    """Whether the supervisor assesses a proposal before the designer takes it up (DOMAIN 2.4 [P])."""
    change_fire_minor_reviewed: bool = True
    """Whether a non-major fire change needs the original technical reviewer's word, as in Hangzhou [V:S14]."""
    change_emergency_days: int = 7
    """Working days in which an emergency change is regularised [P]."""
    confirm_roles: tuple[str, ...] = ("contractor", "supervisor")
    """Kinds of parties that must confirm what is released or changed; others may (DOMAIN 2.5 [P])."""
    confirm_days: int = 3
    """Working days in which they confirm; 0: no term."""
    confirm_first: bool = False
    """True: nothing is for construction until all that must confirm have confirmed."""

    def to_json(self) -> dict[str, object]:
        """For the database and the API."""
        return {
            "review_mode": str(self.review_mode),
            "signatures": list(self.signatures),
            "cosign_disciplines": list(self.cosign_disciplines),
            "require_pdf": self.require_pdf,
            "require_seals": self.require_seals,
            "seal_kinds": list(self.seal_kinds),
            "seal_disciplines": list(self.seal_disciplines),
            "require_review_seal": self.require_review_seal,
            "accept_unjudged_seals": self.accept_unjudged_seals,
            "require_joint_review": self.require_joint_review,
            "require_title_match": self.require_title_match,
            "number_pattern": self.number_pattern,
            "review_days": self.review_days,
            "review_intake_days": self.review_intake_days,
            "review_reply_days": self.review_reply_days,
            "review_filing_days": self.review_filing_days,
            "review_recheck_counts": self.review_recheck_counts,
            "review_documents": list(self.review_documents),
            "review_answer_all": self.review_answer_all,
            "review_rules_off": list(self.review_rules_off),
            "review_layer_pattern": self.review_layer_pattern,
            "change_number": self.change_number,
            "change_assessed": self.change_assessed,
            "change_fire_minor_reviewed": self.change_fire_minor_reviewed,
            "change_emergency_days": self.change_emergency_days,
            "confirm_roles": list(self.confirm_roles),
            "confirm_days": self.confirm_days,
            "confirm_first": self.confirm_first,
        }

    @classmethod
    def from_json(cls, raw: dict[str, object]) -> "Policy":
        """Read what :meth:`to_json` wrote; fields that did not exist then take their default."""
        known = {k: v for k, v in raw.items() if k in cls.__dataclass_fields__}
        for name in (
            "signatures",
            "cosign_disciplines",
            "seal_kinds",
            "seal_disciplines",
            "review_documents",
            "review_rules_off",
            "confirm_roles",
        ):
            if name in known:
                known[name] = tuple(known[name])  # type: ignore[arg-type]
        if "review_mode" in known:
            known["review_mode"] = ReviewMode(str(known["review_mode"]))
        return cls(**known)  # type: ignore[arg-type]
