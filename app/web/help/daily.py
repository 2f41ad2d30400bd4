"""Help on what is done every day: drawings in and looked at, the record, notices, programs."""

from app.kernel.labels import Label
from app.web.help.parts import DESIGNER, HelpStep, HelpTopic, Shape

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
    group="drawings",
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
    group="drawings",
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
    group="drawings",
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
            shape=Shape.PHONE,
        ),
    ),
    group="site",
)

RECORD = HelpTopic(
    "record",
    Label("查某一天的有效图纸", "Drawings in force on a day"),
    Label(
        "追问那天现场该按哪张图施工，答案可以用当天的原始文件证明。",
        "Which drawing was to be built from on that day? The answer comes with the very bytes.",
    ),
    (
        HelpStep(
            Label("选日期，取文件", "Choose the day, take the files"),
            Label(
                "在“查阅”选时间：列出当时有效的图与变更单，可另选“当时已知”。可下载原始文件包，内附清单与 SHA-256；"
                "也可冻结成基线。",
                "Choose the time under Inspection: it lists the sheets and slips in force then, also as known at"
                " another time. Take"
                " the exact bytes as a package with list and SHA-256, or freeze the set as a baseline.",
            ),
            "record",
        ),
    ),
    group="office",
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
    group="office",
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
    group="office",
)
