"""Help on the review: the agency's review, and the institute's own."""

from app.kernel.labels import Label
from app.web.help.parts import ANYBODY, DESIGNER, LEAD, LEGAL, OWNER, REVIEWER, HelpStep, HelpTopic, Shape

REVIEW = HelpTopic(
    "review",
    Label("一次审查从送审到合格书", "One review, from submission to certificate"),
    Label(
        "下面是一次真实走完的两轮审查：每一步写明由谁办理、在哪里办、办完会怎样。图纸和人员取自演示项目。",
        "A review of two rounds as it was really walked: each step says who takes it, where, and what follows."
        " Drawings and"
        " people are those of the demonstration.",
    ),
    (
        HelpStep(
            Label("选图，看检查结果，送审", "Choose sheets, look at the gate, submit"),
            Label(
                "在“审查”页新建案卷，勾选已出图的图纸。送审前检查会列出缺什么：红叉的必须先办，黄色的写明理由即可"
                "送审。"
                "提交时冻结每张图的摘要，之后审的就是这些文件。",
                "Begin a case on the Review page and tick issued sheets. The gate lists what is missing: a cross"
                " must be dealt with,"
                " a triangle passes when you say why. Submitting freezes the digest of every sheet: these bytes"
                " are reviewed.",
            ),
            "review-submit",
            OWNER,
        ),
        HelpStep(
            Label("形式审查、受理，分派审查人员", "Intake check, acceptance, reviewers"),
            Label(
                "资料不齐可要求补正，期限停走。受理后在“人员”页按专业分派；与建设、设计单位有利害关系的人不在可选"
                "名单中。",
                "Missing documents are asked for while the clock stands still. After acceptance assign a person"
                " to each discipline;"
                " who is related to owner or designer is not offered.",
            ),
            "review-assign",
            LEAD,
        ),
        HelpStep(
            Label("先让规则看一遍", "Let the rules look first"),
            Label(
                "“辅助审查”逐张核对图签、图号、目录、比例、索引等。规则只提出问题：采纳才成为意见草稿；"
                "“无法判断”不等于通过。",
                "Assisted review checks title blocks, numbers, the drawing list, scales and references. Rules"
                " only point things out:"
                " accepted findings become drafts, and what cannot be judged has not passed.",
            ),
            "review-rules",
            REVIEWER,
        ),
        HelpStep(
            Label("在图上写意见", "Write opinions on the drawing"),
            Label(
                "打开图纸，用选区工具框出位置，在“审查”栏写明图上画的是什么、违反哪一条、要求怎么改。"
                "输入编号或词句可从本机构条款库选取，条文原文随意见留存。本机构已有的批注也可以直接转成意见草稿。",
                "Open the sheet, frame the place, and say in the Review column what is drawn, which clause it"
                " breaks and what is to be"
                " done. Clauses come from the agency's library; their text is kept with the opinion. Marks of"
                " your own agency can be"
                " turned into drafts.",
            ),
            "review-write",
            REVIEWER,
        ),
        HelpStep(
            Label("本专业审毕", "Your discipline is done"),
            Label(
                "意见页按案卷列出全部草稿。按“审毕”后草稿一并提出；对外发出之前，其他单位看不到。",
                "The Opinions tab lists all drafts of the case. Saying that you are done proposes them; until"
                " they go out nobody"
                " outside the agency sees them.",
            ),
            "review-drafts",
            REVIEWER,
        ),
        HelpStep(
            Label("合议，出具审查意见", "Consolidate and issue"),
            Label(
                "合并重复意见、排好顺序后出具。有必须修改意见的图纸同时退回；“文件与表格”中可下载告知书（PDF）和"
                "意见表（Excel）。",
                "Merge duplicates, set the order, issue. Sheets with a must-fix opinion are returned with it; the"
                " notice (PDF) and the"
                " table (Excel) are under Papers and tables.",
            ),
            "review-issue",
            LEAD,
        ),
        HelpStep(
            Label("逐条回复", "Answer each opinion"),
            Label(
                "修改后的图照常上传、校审、出图，得到新版次。回复“已修改”时勾选在哪一版中改的；不改写明理由；有异"
                "议可申辩，由主管部门裁定。",
                "Changed sheets are uploaded, checked and issued as usual and become new revisions. Answer"
                " 'fixed' and tick the"
                " revision, say why nothing changes, or dispute it: the authority rules.",
            ),
            "review-answer",
            DESIGNER,
        ),
        HelpStep(
            Label("提交复审", "Submit for recheck"),
            Label(
                "送回的图纸由回复自动带出：改了的送新版，未改的连同说明再送。",
                "What is handed in again follows from the answers: changed sheets in their new revision, others"
                " with the reason.",
            ),
            "review-again",
            OWNER,
        ),
        HelpStep(
            Label("对照新旧图复核", "Recheck against the comparison"),
            Label(
                "复核窗口写明系统比对的结果：此处有无变化、有无意见之外的改动。点开即是新旧对照。不通过须写明原因，"
                "意见进入下一轮。",
                "Beside each answer stands what the comparison found: whether it changed there, and whether"
                " something changed"
                " unasked. One click shows old and new. Not settled needs words, and the opinion goes into the"
                " next round.",
            ),
            "review-recheck",
            REVIEWER,
        ),
        HelpStep(
            Label("新旧对照", "Old beside new"),
            Label(
                "红色只在旧图上，蓝色只在新图上；清单逐处列出差异，没有声明的排在前面。",
                "Red is on the old sheet only, blue on the new one; the list names every difference, undeclared"
                " ones first.",
            ),
            "compare",
            REVIEWER,
        ),
        HelpStep(
            Label("签发合格书", "Issue the certificate"),
            Label(
                "审查通过后由法定代表人签发。合格书列出每张图的图号、版次和摘要；不在其上的文件不能发布到现场。",
                "After the case has passed, the legal representative issues the certificate. It lists number,"
                " revision and digest of"
                " every sheet; a file that it does not list cannot be released.",
            ),
            "review-certificate",
            LEGAL,
        ),
        HelpStep(
            Label("扫码核验", "Check it by its code"),
            Label(
                "合格书上的二维码不用登录即可打开：写明现在是否有效，也可拖入图纸文件核对是否在合格书所列之中，文"
                "件不会离开本机。",
                "The code on a certificate opens without signing in: it says whether the certificate stands, and"
                " checks whether a file"
                " is one of those it lists. The file does not leave your device.",
            ),
            "review-public",
            ANYBODY,
            Shape.PHONE,
        ),
    ),
    group="review",
)

SELF_CHECK = HelpTopic(
    "self-check",
    Label("设计单位送审前自审", "Self-check before submission"),
    Label(
        "设计单位可用同样的规则先查自己的图，结果只有本单位看得到，不会变成审查机构的意见。",
        "The design institute runs the same rules over its own sheets; only the institute sees the result, and it"
        " never"
        " becomes an agency's opinion.",
    ),
    (
        HelpStep(
            Label("运行，逐条去改", "Run it, go to each sheet"),
            Label(
                "在“图纸”页打开“自审”。按“运行规则”后逐条列出问题，点图号直接到图上的位置；改图后重新上传再运行。"
                "排除的问题下次不再提出，可恢复。",
                "Open Self-check from the Drawings page and run the rules. Every finding leads to its place on"
                " the sheet; upload the"
                " changed sheet and run again. What was dropped stays dropped and can be restored.",
            ),
            "self-check",
            DESIGNER,
        ),
    ),
    group="review",
)
