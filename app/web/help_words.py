"""What the help pages say: topics of steps, each with who does it, in Chinese and in English, and its picture.

The pictures are taken from a real walk through the product (``tests/story/help_pictures.py``) and can be taken again.
"""

from dataclasses import dataclass

from app.kernel.labels import Label


@dataclass(frozen=True)
class HelpStep:
    """One step: who, what, and a picture of it."""

    title: Label
    text: Label
    picture: str = ""
    who: Label | None = None


@dataclass(frozen=True)
class HelpTopic:
    """One page."""

    key: str
    title: Label
    lead: Label
    steps: tuple[HelpStep, ...]
    group: str = "daily"


OWNER = Label("建设单位", "Owner")
DESIGNER = Label("设计单位", "Design institute")
LEAD = Label("审查机构·技术负责人", "Agency · technical lead")
REVIEWER = Label("审查机构·审查人员", "Agency · reviewer")
LEGAL = Label("审查机构·法定代表人", "Agency · legal representative")
ANYBODY = Label("任何人", "Anybody")

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
        ),
    ),
    "review",
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
    "review",
)

INTAKE = HelpTopic(
    "intake",
    Label("上传图纸与图纸目录", "Upload and register"),
    Label(
        "整套 PDF、DWG、DXF 一次拖入，系统拆成单张、读出图签；人只核对读得不准的地方。",
        "Drop whole sets of PDF, DWG or DXF: they are split into sheets and their title blocks are read. People"
        " correct only"
        " what was read wrong.",
    ),
    (
        HelpStep(
            Label("收图：核对一张表", "Intake: one table to look through"),
            Label(
                "在“收图”新建一批，拖入文件。表中黄色为把握不大的字段，直接在格内改；确认接收后生成草稿。断网、关"
                "机不影响已确认收到的文件。",
                "Begin a batch under Intake and drop files. Doubtful fields are marked; type over them. Accepting"
                " makes drafts. What"
                " was acknowledged is not lost, whatever happens to the line.",
            ),
            "intake",
            DESIGNER,
        ),
        HelpStep(
            Label("图纸目录", "The register"),
            Label(
                "每张图一行：当前版次、能不能用于施工、有没有变更单。可按专业、楼栋、状态筛选，可导出。",
                "One line for each sheet: its revision, whether it may be built from, and its change slips."
                " Filter and export.",
            ),
            "register",
        ),
    ),
)

MARKS = HelpTopic(
    "marks",
    Label("批注", "Marks"),
    Label(
        "批注画在图的旁边，不改动图纸文件；谁画的、何时、给谁看，都有记录。",
        "Marks lie beside the drawing and never change the file; who drew them, when, and for whom is on record.",
    ),
    (
        HelpStep(
            Label("画、答复、解决", "Draw, answer, resolve"),
            Label(
                "在图纸页点“批注”，选云线、箭头、文字、测量、印章或照片。写给全项目，或只给本单位。新版到来时，旧"
                "批注逐条提示是否沿用。"
                "可导出 PDF、Excel、BCF。",
                "Press Marks on the sheet and choose cloud, arrow, text, measurement, stamp or photo, for the"
                " project or your own"
                " party. On a newer revision each open mark is offered again. Export as PDF, Excel, BCF.",
            ),
            "marks",
        ),
    ),
)

COMPARE = HelpTopic(
    "compare",
    Label("版次对比", "Compare revisions"),
    Label(
        "接收新版时自动与上一版比对；没有比完时说“未比对”，不会说“没有变化”。",
        "A new revision is compared with the one before by itself. Until that is done it says 'not compared',"
        " never 'unchanged'.",
    ),
    (
        HelpStep(
            Label("四种看法，一张清单", "Four views, one list"),
            Label(
                "并排、叠加、卷帘、闪烁，按 1 至 4 切换；N 下一处、P 上一处。清单写明在图幅分区的哪一格，图签的例"
                "行变化单列。",
                "Side by side, overlay, swipe, blink: keys 1 to 4; N and P go through the differences. The list"
                " names the field of"
                " the sheet's grid; changes of the title block are counted apart.",
            ),
            "compare",
        ),
    ),
)

RECORD = HelpTopic(
    "record",
    Label("查某一天的有效图纸", "Drawings in force on a day"),
    Label(
        "追问“那天现场该按哪张图施工”，答案可以用当天的原始文件证明。",
        "Which drawing was to be built from on that day? The answer comes with the very bytes.",
    ),
    (
        HelpStep(
            Label("选日期，取文件", "Choose the day, take the files"),
            Label(
                "在“查阅”选时间：列出当时有效的图与变更单，可另选“当时所知”。可下载原始文件包，内附清单与 SHA-256；"
                "也可冻结成基线。",
                "Choose the time under Inspection: it lists the sheets and slips in force then, also as known at"
                " another time. Take"
                " the exact bytes as a package with list and SHA-256, or freeze the set as a baseline.",
            ),
            "record",
        ),
    ),
)

OFFLINE = HelpTopic(
    "offline",
    Label("离线看图", "Drawings without a network"),
    Label(
        "打开过的图和整包存下的图，没有网络也能看；状态会注明是什么时候的，不会冒充最新。",
        "Sheets that you opened or took along can be read without a network. Their status says of when it is; it"
        " never poses"
        " as current.",
    ),
    (
        HelpStep(
            Label("先存，再下工地", "Take it along, then go"),
            Label(
                "在图纸目录按“下载到本设备”，或打开要看的图即可。工地上没有信号时页面顶部有灰色条带；恢复网络后自动核"
                "对，已变化的图会提示。"
                "退出登录即清除本机图纸。需要 HTTPS。",
                "Keep a project on the device from the register, or simply open a sheet. Without a network a grey"
                " band says so; at the"
                " next contact all copies are checked, and changed ones say so. Signing out clears the device."
                " Needs HTTPS.",
            ),
            "phone",
        ),
    ),
)

NOTICES = HelpTopic(
    "notices",
    Label("通知、邮件与机器人", "Notices, e-mail and robots"),
    Label(
        "有事等您办理、图纸发布或作废时，系统会告诉您；同类事项合并，不会刷屏。",
        "It is said when something waits for you and when sheets are released or void; what belongs together is told once.",
    ),
    (
        HelpStep(
            Label("右上角的铃", "The bell"),
            Label(
                "点铃看未读通知，点一条就到办理的地方。别人先办了，“待办”会自动消去。",
                "The bell shows what is unread; a notice leads to where it is dealt with. What somebody else has dealt with"
                " vanishes by itself.",
            ),
        ),
        HelpStep(
            Label("邮件多久一次", "How often e-mail comes"),
            Label(
                "在“我的账户”填邮箱、选频率：尽快、每小时、每天早上、只要紧急的或不要。作废、发布、超期属于紧急，一分钟内发出。"
                "网页上看过的不再发。",
                "Under My account give an address and choose: soon, hourly, each morning, urgent ones only, or never. Void,"
                " released and overdue are urgent and leave within a minute. What you have read here is not sent.",
            ),
        ),
        HelpStep(
            Label("企业微信、钉钉群", "Groups of WeCom and DingTalk"),
            Label(
                "本单位的项目负责人在“项目”页打开“通知机器人”，粘贴群机器人的网址，发一条测试。群里只出现事项名称和链接，"
                "不发图纸。",
                "A party's own lead opens Robots on the Project page, pastes the address of its robot and sends a test."
                " The group sees names and links only, never drawings.",
            ),
        ),
    ),
)

API = HelpTopic(
    "api",
    Label("程序接口", "For programs"),
    Label(
        "页面上能办的审查事项，程序都能办：规则、权限和提示完全相同。",
        "Whatever the pages of the review do, a program can do, under the same rules and rights.",
    ),
    (
        HelpStep(
            Label("令牌与说明", "A token and the document"),
            Label(
                "在“我的账户”创建令牌，以 Authorization: Bearer 发送。全部接口见 /api/v1/openapi.json；同一"
                " Idempotency-Key 重发不会重复办理；"
                "拒绝时给出代码、中英文原因和办法。",
                "Make a token under My account and send it as Authorization: Bearer. All operations are in"
                " /api/v1/openapi.json. The"
                " same Idempotency-Key acts once; a refusal has a code, the reason and a way out in both languages.",
            ),
        ),
    ),
)

TOPICS: dict[str, HelpTopic] = {
    topic.key: topic for topic in (REVIEW, SELF_CHECK, INTAKE, MARKS, COMPARE, RECORD, NOTICES, OFFLINE, API)
}
"""In the order of the first page."""
