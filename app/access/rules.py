"""Roles of DOMAIN 1.1 and 1.2, and the rights of DOMAIN 2.11, as tables."""

from enum import StrEnum

from app.kernel.labels import Label


class PartyRole(StrEnum):
    """What an organisation is in one project (DOMAIN 1.1)."""

    OWNER = "owner"
    SURVEYOR = "surveyor"
    DESIGNER = "designer"
    SPECIALIST_DESIGNER = "specialist_designer"
    REVIEWER = "reviewer"
    CONTRACTOR = "contractor"
    SUBCONTRACTOR = "subcontractor"
    SUPERVISOR = "supervisor"
    AUTHORITY = "authority"
    SUPERVISION_STATION = "supervision_station"
    FIRE_AUTHORITY = "fire_authority"
    OTHER_AUTHORITY = "other_authority"
    ARCHIVE = "archive"
    INVESTIGATOR = "investigator"
    JUDICIAL = "judicial"
    TESTING = "testing"
    COST = "cost"
    OPERATOR = "operator"


PARTY_LABELS: dict[PartyRole, Label] = {
    PartyRole.OWNER: Label("建设单位", "Owner"),
    PartyRole.SURVEYOR: Label("勘察单位", "Survey firm"),
    PartyRole.DESIGNER: Label("设计单位", "Design institute"),
    PartyRole.SPECIALIST_DESIGNER: Label("专项设计单位", "Specialist designer"),
    PartyRole.REVIEWER: Label("施工图审查机构", "Review agency"),
    PartyRole.CONTRACTOR: Label("施工单位", "Contractor"),
    PartyRole.SUBCONTRACTOR: Label("专业分包单位", "Subcontractor"),
    PartyRole.SUPERVISOR: Label("监理单位", "Supervisor"),
    PartyRole.AUTHORITY: Label("住建主管部门", "Construction authority"),
    PartyRole.SUPERVISION_STATION: Label("质量安全监督站", "Supervision station"),
    PartyRole.FIRE_AUTHORITY: Label("消防审验部门", "Fire authority"),
    PartyRole.OTHER_AUTHORITY: Label("其他主管部门", "Other authority"),
    PartyRole.ARCHIVE: Label("城建档案馆", "City archive"),
    PartyRole.INVESTIGATOR: Label("事故调查组", "Accident investigation"),
    PartyRole.JUDICIAL: Label("司法鉴定机关", "Judicial body"),
    PartyRole.TESTING: Label("检测单位", "Testing laboratory"),
    PartyRole.COST: Label("造价咨询单位", "Cost consultant"),
    PartyRole.OPERATOR: Label("运维单位", "Operator"),
}


AUTHORITIES = frozenset(
    {
        PartyRole.AUTHORITY,
        PartyRole.SUPERVISION_STATION,
        PartyRole.FIRE_AUTHORITY,
        PartyRole.OTHER_AUTHORITY,
        PartyRole.INVESTIGATOR,
        PartyRole.JUDICIAL,
    }
)
"""Parties that look at the others: no other party takes a seat away from them."""


class SeatRole(StrEnum):
    """What a person is for a party (DOMAIN 1.2)."""

    PROJECT_LEAD = "project_lead"
    DISCIPLINE_LEAD = "discipline_lead"
    DRAFTER = "drafter"
    CHECKER = "checker"
    VERIFIER = "verifier"
    APPROVER = "approver"
    COSIGNER = "cosigner"
    REGISTERED_PERSON = "registered_person"
    REVIEW_ENGINEER = "review_engineer"
    TECHNICAL_LEAD = "technical_lead"
    LEGAL_REPRESENTATIVE = "legal_representative"
    PROJECT_MANAGER = "project_manager"
    SITE_TECH_LEAD = "site_tech_lead"
    DOCUMENT_CLERK = "document_clerk"
    SITE_USER = "site_user"
    CHIEF_SUPERVISOR = "chief_supervisor"
    SUPERVISION_ENGINEER = "supervision_engineer"
    INSPECTOR = "inspector"
    ARCHIVIST = "archivist"
    READER = "reader"


SEAT_LABELS: dict[SeatRole, Label] = {
    SeatRole.PROJECT_LEAD: Label("项目负责人", "Project lead"),
    SeatRole.DISCIPLINE_LEAD: Label("专业负责人", "Discipline lead"),
    SeatRole.DRAFTER: Label("设计/制图", "Designer / drafter"),
    SeatRole.CHECKER: Label("校对", "Checker"),
    SeatRole.VERIFIER: Label("审核", "Verifier"),
    SeatRole.APPROVER: Label("审定", "Approver"),
    SeatRole.COSIGNER: Label("会签人", "Co-signer"),
    SeatRole.REGISTERED_PERSON: Label("注册人员", "Registered professional"),
    SeatRole.REVIEW_ENGINEER: Label("审查人员", "Review engineer"),
    SeatRole.TECHNICAL_LEAD: Label("技术负责人", "Technical lead"),
    SeatRole.LEGAL_REPRESENTATIVE: Label("法定代表人", "Legal representative"),
    SeatRole.PROJECT_MANAGER: Label("项目经理", "Project manager"),
    SeatRole.SITE_TECH_LEAD: Label("项目技术负责人", "Site technical lead"),
    SeatRole.DOCUMENT_CLERK: Label("资料员", "Document clerk"),
    SeatRole.SITE_USER: Label("施工员", "Site engineer"),
    SeatRole.CHIEF_SUPERVISOR: Label("总监理工程师", "Chief supervising engineer"),
    SeatRole.SUPERVISION_ENGINEER: Label("专业监理工程师", "Discipline supervising engineer"),
    SeatRole.INSPECTOR: Label("监督员", "Inspector"),
    SeatRole.ARCHIVIST: Label("档案管理员", "Archivist"),
    SeatRole.READER: Label("查阅人", "Reader"),
}


class Permission(StrEnum):
    """Every right there is. A permission that no grant names is nobody's."""

    BASELINE_FREEZE = "baseline:freeze"
    CHANGE_ACCEPT = "change:accept"
    CHANGE_APPROVE = "change:approve"
    CHANGE_ASSESS = "change:assess"
    CHANGE_CONSENT = "change:consent"
    CHANGE_COUNTERSIGN = "change:countersign"
    CHANGE_DESIGN = "change:design"
    CHANGE_EMERGENCY = "change:emergency"
    CHANGE_IMPLEMENT = "change:implement"
    CHANGE_INCORPORATE = "change:incorporate"
    CHANGE_ISSUE = "change:issue"
    CHANGE_PROPOSE = "change:propose"
    CHANGE_REVIEW = "change:review"
    CHANGE_SUBMIT = "change:submit"
    CHANGE_VERIFY = "change:verify"
    CHANGE_VIEW = "change:view"
    COPY_MANAGE = "copy:manage"
    DISTRIBUTION_VIEW = "distribution:view"
    INTAKE_UPLOAD = "intake:upload"
    INTAKE_VIEW = "intake:view"
    JDR_ANSWER = "jdr:answer"
    JDR_ASK = "jdr:ask"
    JDR_CONVENE = "jdr:convene"
    JDR_RECORD = "jdr:record"
    JDR_SIGN = "jdr:sign"
    JDR_VIEW = "jdr:view"
    MARK_DRAW = "mark:draw"
    MARK_RESOLVE = "mark:resolve"
    NOTE_ANSWER = "note:answer"
    NOTE_ASK = "note:ask"
    NOTE_VIEW = "note:view"
    PARTY_MANAGE = "party:manage"
    PROJECT_EDIT = "project:edit"
    PROJECT_FOUND = "project:found"
    PROJECT_VIEW = "project:view"
    RECEIPT_CONFIRM = "receipt:confirm"
    RECEIPT_OBJECT = "receipt:object"
    RECEIPT_RESOLVE = "receipt:resolve"
    RECORD_VIEW = "record:view"
    REVIEW_CERTIFY = "review:certify"
    REVIEW_CONCLUDE = "review:conclude"
    REVIEW_DRAW = "review:draw"
    REVIEW_DRAW_SHARE = "review:draw-share"
    REVIEW_FILE = "review:file"
    REVIEW_INTAKE = "review:intake"
    REVIEW_LEAD = "review:lead"
    REVIEW_OVERVIEW = "review:overview"
    REVIEW_REPLY = "review:reply"
    REVIEW_RULE = "review:rule"
    REVIEW_SELF_CHECK = "review:self-check"
    REVIEW_SUBMIT = "review:submit"
    REVIEW_VIEW = "review:view"
    REVIEW_WRITE = "review:write"
    REVISION_APPROVE = "revision:approve"
    REVISION_CHECK = "revision:check"
    REVISION_COSIGN = "revision:cosign"
    REVISION_EDIT = "revision:edit"
    REVISION_IMPORT = "revision:import"
    REVISION_ISSUE = "revision:issue"
    REVISION_RELEASE = "revision:release"
    REVISION_REVIEW = "revision:review"
    REVISION_SUBMIT = "revision:submit"
    REVISION_VERIFY = "revision:verify"
    REVISION_VIEW = "revision:view"
    REVISION_VOID = "revision:void"
    REVISION_WITHDRAW = "revision:withdraw"
    SEAL_USE = "seal:use"
    SEAT_MANAGE = "seat:manage"
    TRANSMIT = "distribution:transmit"


PERMISSION_LABELS: dict[Permission, Label] = {
    Permission.BASELINE_FREEZE: Label("冻结基线", "Freeze a baseline"),
    Permission.CHANGE_ACCEPT: Label("受理或退回变更提议", "Accept or refuse proposed changes"),
    Permission.CHANGE_APPROVE: Label("批准变更", "Approve changes"),
    Permission.CHANGE_ASSESS: Label("评估变更提议", "Assess proposed changes"),
    Permission.CHANGE_CONSENT: Label("对变更出具部门意见", "Consent to changes as an authority"),
    Permission.CHANGE_COUNTERSIGN: Label("会签变更生效", "Countersign changes"),
    Permission.CHANGE_DESIGN: Label("编制变更文件", "Prepare change documents"),
    Permission.CHANGE_EMERGENCY: Label("同意紧急变更", "Agree to an emergency change"),
    Permission.CHANGE_IMPLEMENT: Label("确认变更已实施", "State that a change is implemented"),
    Permission.CHANGE_INCORPORATE: Label("将变更落入竣工图", "Incorporate changes in the as-built sheet"),
    Permission.CHANGE_ISSUE: Label("签发变更文件", "Issue change documents"),
    Permission.CHANGE_PROPOSE: Label("提出变更", "Propose changes"),
    Permission.CHANGE_REVIEW: Label("审查变更", "Review changes"),
    Permission.CHANGE_SUBMIT: Label("变更送审与补充批准文件", "Submit changes for review"),
    Permission.CHANGE_VERIFY: Label("核验变更实施", "Verify changes on site"),
    Permission.CHANGE_VIEW: Label("查看变更", "See changes"),
    Permission.COPY_MANAGE: Label("管理受控纸质图", "Keep controlled paper copies"),
    Permission.DISTRIBUTION_VIEW: Label("查看发放与签收", "See distribution and confirmation"),
    Permission.INTAKE_UPLOAD: Label("上传图纸", "Upload drawings"),
    Permission.INTAKE_VIEW: Label("查看收图记录", "See intakes"),
    Permission.JDR_ANSWER: Label("答复图纸会审问题", "Answer questions of a joint drawing review"),
    Permission.JDR_ASK: Label("提出图纸会审问题", "Ask in a joint drawing review"),
    Permission.JDR_CONVENE: Label("组织图纸会审", "Convene a joint drawing review"),
    Permission.JDR_RECORD: Label("记录图纸会审", "Keep the record of a joint drawing review"),
    Permission.JDR_SIGN: Label("签认图纸会审记录", "Sign the record of a joint drawing review"),
    Permission.JDR_VIEW: Label("查看图纸会审", "See joint drawing reviews"),
    Permission.MARK_DRAW: Label("批注图纸", "Mark sheets"),
    Permission.MARK_RESOLVE: Label("关闭批注", "Settle marks"),
    Permission.NOTE_ANSWER: Label("答复工程联系单", "Answer contact notes"),
    Permission.NOTE_ASK: Label("发出工程联系单", "Write contact notes"),
    Permission.NOTE_VIEW: Label("查看工程联系单", "See contact notes"),
    Permission.PARTY_MANAGE: Label("管理参建方", "Manage parties"),
    Permission.PROJECT_EDIT: Label("修改项目资料", "Edit the project"),
    Permission.PROJECT_FOUND: Label("新建项目", "Found a project"),
    Permission.PROJECT_VIEW: Label("查看项目", "See the project"),
    Permission.RECEIPT_CONFIRM: Label("确认接收图纸", "Confirm receipt"),
    Permission.RECEIPT_OBJECT: Label("对图纸提出异议", "Object to what was received"),
    Permission.RECEIPT_RESOLVE: Label("处理异议", "Resolve objections"),
    Permission.RECORD_VIEW: Label("查阅有效图纸", "Retrieve the drawing of record"),
    Permission.REVIEW_CERTIFY: Label("签发审查合格书", "Issue review certificates"),
    Permission.REVIEW_CONCLUDE: Label("出具联合审查结论", "Conclude in a joint review"),
    Permission.REVIEW_DRAW: Label("随机抽查", "Draw for spot checks"),
    Permission.REVIEW_DRAW_SHARE: Label("为随机抽查提交随机数", "Contribute a number to a draw"),
    Permission.REVIEW_FILE: Label("审查备案", "File the result of a review"),
    Permission.REVIEW_INTAKE: Label("形式审查与受理", "Intake check of submissions"),
    Permission.REVIEW_LEAD: Label("主持审查", "Lead a review"),
    Permission.REVIEW_OVERVIEW: Label("审查总览与统计", "Reviews across projects"),
    Permission.REVIEW_REPLY: Label("回复审查意见", "Answer opinions"),
    Permission.REVIEW_RULE: Label("裁定争议", "Rule on disputes"),
    Permission.REVIEW_SELF_CHECK: Label("送审前自审", "Check one's own sheets before submission"),
    Permission.REVIEW_SUBMIT: Label("送审", "Submit for review"),
    Permission.REVIEW_VIEW: Label("查看审查", "See reviews"),
    Permission.REVIEW_WRITE: Label("提出与复核审查意见", "Write and recheck opinions"),
    Permission.REVISION_APPROVE: Label("审定", "Approve"),
    Permission.REVISION_CHECK: Label("校对", "Check"),
    Permission.REVISION_COSIGN: Label("会签", "Co-sign"),
    Permission.REVISION_EDIT: Label("编制图纸", "Prepare sheets"),
    Permission.REVISION_IMPORT: Label("补录历史图纸", "Enter past drawings"),
    Permission.REVISION_ISSUE: Label("出图", "Issue"),
    Permission.REVISION_RELEASE: Label("发布", "Release"),
    Permission.REVISION_REVIEW: Label("审查", "Review"),
    Permission.REVISION_SUBMIT: Label("送审", "Submit for review"),
    Permission.REVISION_VERIFY: Label("审核", "Verify"),
    Permission.REVISION_VIEW: Label("查看图纸", "See sheets"),
    Permission.REVISION_VOID: Label("作废图纸", "Void sheets"),
    Permission.REVISION_WITHDRAW: Label("撤回", "Withdraw"),
    Permission.SEAL_USE: Label("用印", "Use seals"),
    Permission.SEAT_MANAGE: Label("管理席位", "Manage seats"),
    Permission.TRANSMIT: Label("发放图纸", "Transmit drawings"),
}
