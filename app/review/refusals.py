"""Refusals of the review that more than one act uses."""

from app.kernel.errors import declare

NO_REVIEW = declare(
    "review-not-in-policy",
    409,
    "本项目的审查方式为“{mode}”，不办理事前送审。",
    "This project's review policy is '{mode}': nothing is submitted beforehand.",
    "如需送审，请由建设单位在项目设置中更改审查方式。",
    "To submit, have the owner change the review policy in the project's settings.",
)
NOT_AN_AGENCY = declare(
    "not-a-review-agency",
    422,
    "所选单位不是本项目的施工图审查机构。",
    "The chosen party is not a review agency of this project.",
    "请先在项目设置中把审查机构加入为参建方。",
    "Add the agency to the project's parties first.",
)
CASE_GUARD = declare(
    "review-guard-failed",
    409,
    "不满足条件：{reason}",
    "A condition is not met: {reason}",
    "请先处理所列事项；案卷页列出了每一项及办理入口。",
    "Deal with what is listed; the case page lists each item with its way out.",
)
IN_ANOTHER_CASE = declare(
    "sheet-in-another-case",
    409,
    "图纸 {number} 正在另一送审案卷“{title}”中。",
    "Sheet {number} is in another open case, '{title}'.",
    "请等待该案卷办结，或由建设单位撤回后再送审。",
    "Wait until that case has ended, or have the owner withdraw it.",
)
CONFLICT = declare(
    "reviewer-has-conflict",
    409,
    "{person}须回避：{reason}",
    "{person} must stand aside: {reason}",
    "请改派其他审查人员。",
    "Assign somebody else.",
)
NOT_YOUR_DISCIPLINE = declare(
    "not-your-discipline",
    403,
    "只有该专业的审查人员可以办理（{discipline}）。",
    "Only the reviewer of this discipline may do that ({discipline}).",
    "请由所分派的审查人员办理，或由项目负责人改派。",
    "Have the assigned reviewer do it, or have the lead assign anew.",
)
NOT_WRITING = declare(
    "not-writing-now",
    409,
    "案卷当前为“{state}”，不能起草或修改意见。",
    "The case is in state '{state}': opinions are not written now.",
    "初审和复审阶段可以起草意见；合议时可由主持人退回初审。",
    "Opinions are written in first review and recheck; while consolidating the lead may send the case back.",
)
SHEET_NOT_IN_CASE = declare(
    "sheet-not-in-case",
    422,
    "所选图纸不在本案卷的送审图纸中。",
    "The chosen sheet is not among the sheets of this case.",
    "请从案卷的图纸清单中选择。",
    "Choose from the case's list of sheets.",
)
CLAUSE_NEEDED = declare(
    "clause-needed",
    422,
    "违反规范的意见须写明标准编号和条款号。",
    "An opinion that claims a violation names the standard and the clause.",
    "请从条款库选择或填写；属于设计深度问题的，请选择“设计深度”并写明理由。",
    "Choose one from the library or type it; for a matter of design depth choose that and give the reason.",
)
REASON_NEEDED = declare(
    "reason-needed",
    422,
    "须写明理由。",
    "A reason is needed.",
    "请填写后重新提交。",
    "Write it and send again.",
)
NOT_REPLYING = declare(
    "not-replying-now",
    409,
    "案卷当前为“{state}”，不能回复意见。",
    "The case is in state '{state}': opinions are not answered now.",
    "审查意见出具后由设计单位开始回复；提交复审后不能再改。",
    "The designer starts replying after the opinions are issued; once resubmitted nothing changes.",
)
FIX_NEEDS_REVISION = declare(
    "fix-needs-revision",
    422,
    "“已修改”须指明在哪一版图纸中修改。",
    "An answer 'fixed' names the revision in which it is fixed.",
    "请先上传修改后的新版图纸，再在回复中选择；不修改的请选“不修改，说明理由”。",
    "Upload the new revision and choose it; if nothing is changed, answer with reasons.",
)
NOT_JUDGING = declare(
    "not-judging-now",
    409,
    "案卷当前为“{state}”，不能复核回复。",
    "The case is in state '{state}': replies are not judged now.",
    "复核在复审阶段进行。",
    "Replies are judged in the recheck.",
)
CONTRADICTION = declare(
    "contradicts-earlier-round",
    409,
    "同一位置或同一条款的意见（第 {serial} 号）在第 {round} 轮提出，已经关闭。",
    "An opinion on the same place or clause (no. {serial}) of round {round} is settled already.",
    "请先查看该意见；确需再次提出时，勾选“已核对，仍然提出”并写明理由。",
    "Look at it first; to raise it again confirm that and give the reason.",
)
NOT_CONCLUDING = declare(
    "not-concluding-now",
    409,
    "案卷当前为“{state}”，不能出具联合审查结论。",
    "The case is in state '{state}': joint authorities do not conclude now.",
    "初审、合议和复审阶段可以出具；须先由审查机构受理并开始审查。",
    "They conclude in first review, consolidation and recheck, once the agency has begun to review.",
)
NOT_JOINT = declare(
    "domain-not-joint",
    409,
    "本案卷不含{domain}联合审查。",
    "The case is not reviewed jointly for this domain ({domain}).",
    "请核对案卷；需要联合审查的，由建设单位在新建送审时勾选。",
    "Check the case; the owner says at its beginning what is reviewed jointly.",
)
NOT_YOUR_DOMAIN = declare(
    "not-your-domain",
    403,
    "{domain}审查结论只能由{party}出具。",
    "Only this party concludes on the domain {domain}: {party}.",
    "请由该部门的负责人或监督员出具。",
    "Have the lead or an inspector of that party conclude.",
)
CERTIFICATE_ENDED = declare(
    "certificate-ended",
    409,
    "该审查合格书已失效。",
    "This certificate is no longer in force.",
    "请查看证书链中现行的一份。",
    "Look at the one in force in its chain.",
)
