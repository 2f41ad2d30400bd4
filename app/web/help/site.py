"""Help for the site: what was handed out and who confirmed it, and what a printed code says."""

from app.kernel.labels import Label
from app.web.help.parts import ANYBODY, HelpStep, HelpTopic, Shape

RECEIVERS = Label("施工、监理单位·资料员或负责人", "Contractor, supervisor · document clerk or lead")

DISTRIBUTION = HelpTopic(
    "distribution",
    Label("发放与签收：谁在按哪一版施工", "Handing out and confirming: who builds from what"),
    Label(
        "图纸发布了，不等于工地换了图。签收逐格记下哪个单位收到了哪个文件；旧版的签收不会算到新版头上。",
        "A released sheet is not yet the sheet on site. Every party confirms the very file it received; a confirmation of"
        " the old revision never counts for the new one.",
    ),
    (
        HelpStep(
            Label("新建发放单", "Make a transmittal"),
            Label(
                "“确认”页按“新建发放单”：勾选现行图纸和变更，勾选接收单位，填地点和纸质份数、事由，按“发放”。编号自动"
                "产生，接收单位收到通知。",
                "Press “New transmittal” on the Confirmation page: tick sheets and changes in force, tick who"
                " receives them, with place and paper copies, say the subject, and send. The number is given by"
                " itself and the receivers are told.",
            ),
            "transmittal-new",
            Label(
                "建设、设计或总包单位·负责人或资料员",
                "Owner, designer or contractor · lead or document clerk",
            ),
        ),
        HelpStep(
            Label("封面、全部文件、链接", "Cover sheet, files, link"),
            Label(
                "发放单可下载封面 PDF、全部文件 ZIP（附 SHA-256 清单），也可用邮件发链接。以后再打开，每一行仍写明它现在"
                "是否有效。",
                "A transmittal has a cover sheet (PDF), all files (ZIP, with a list of SHA-256), and a link for"
                " e-mail. Opened later, every line says whether it is in force now.",
            ),
            "transmittal",
            Label("发放单位、接收单位", "Sender and receivers"),
        ),
        HelpStep(
            Label("签收：先看文件，再确认", "Confirm: look first, then confirm"),
            Label(
                "“确认”→“本单位待确认”：按“打开”看文件，按“确认”，读一遍要确认的文字，按“确认接收”。文字与文件指纹一起"
                "留存。",
                "Under “Waiting for my party” open the file, press “Confirm”, read the statement, press “Confirm"
                " receipt”. The words are kept together with the hash of the file.",
            ),
            "receipt-words",
            RECEIVERS,
            Shape.PHONE,
        ),
        HelpStep(
            Label("一次确认多份", "Many at once"),
            Label(
                "逐份勾选，或勾“全选本页”，按“确认所选”；每一份要确认的文字都会列出。键盘：↑↓ 移动，空格勾选。",
                "Tick them, or “All on this page”, and press Confirm; the statement of each is listed first. By"
                " keyboard: arrows move, the space bar ticks.",
            ),
            "receipt-bulk",
            RECEIVERS,
        ),
        HelpStep(
            Label("图有问题：提出异议", "Something is wrong: object"),
            Label(
                "按“异议”写明问题，可当场拍照。勾“同时发工程联系单给设计单位”，就成为一份要答复的联系单。处理完之前，这"
                "一格不算已确认。",
                "Press “Object”, say what is wrong, take a photo if it helps. Tick “Send it to the designer as a"
                " contact note too”, and it becomes a question that is to be answered. Until it is resolved the cell"
                " is not confirmed.",
            ),
            "receipt-object",
            Label("施工、监理单位；现场人员也可以", "Contractor, supervisor; people on site too"),
            Shape.PHONE,
        ),
        HelpStep(
            Label("处理异议，请对方再确认", "Resolve it, ask them to confirm"),
            Label(
                "设计和建设单位收到通知。在该图的确认页写明处理意见，按“处理完毕，请对方确认”；对方确认后才变绿。",
                "Designer and owner are told. On the confirmation page of the sheet say what was done and press"
                " “Resolved: ask them to confirm”. It turns green when the other party has confirmed.",
            ),
            "receipt-resolve",
            Label("设计单位负责人；建设单位", "Lead of the designer; owner"),
        ),
        HelpStep(
            Label("一屏看全项目", "The whole project on one page"),
            Label(
                "每行一张图或一份变更，每列一个应确认单位。点数字只看那一类，可导出 XLSX。超过期限标“逾期未确认”，通知"
                "该单位和监理；再过两个工作日，通知建设单位。",
                "A line for each sheet or change, a column for each party that must confirm. A number filters; XLSX"
                " exports. Past its term a cell is overdue: the party and the supervisor are told, two working days"
                " later the owner.",
            ),
            "matrix",
            Label("参建各方", "The parties"),
        ),
        HelpStep(
            Label("换了版，只重开有变化的格", "A new revision reopens its own cells"),
            Label(
                "新版发布或变更生效，只有那张图、那份变更要重新签收。项目可规定全部签收前不得施工：图纸页、二维码页和打"
                "印副本都会写明。",
                "With a new revision or change only its own cells open again. A project may ask that nothing is"
                " built before all have confirmed: sheet page, code page and print copies then say so.",
            ),
        ),
        HelpStep(
            Label("受控图：哪份纸在谁手里", "Controlled copies: which paper is where"),
            Label(
                "打印的图在“受控图”登记持有人和份数，份号自动编。换版后还在外面的旧图标红，须回收；回收、销毁逐份登记，"
                "数目自动对上。",
                "Enter printed sheets under “Controlled copies” with their holder; each gets its number. After a"
                " new revision the old copies still out are red and are to be recalled. Recalled and destroyed are"
                " entered copy by copy, and the counts agree.",
            ),
            "copies",
            Label("建设、施工、监理单位·资料员", "Owner, contractor, supervisor · document clerk"),
        ),
    ),
    group="site",
)

SCAN = HelpTopic(
    "scan",
    Label("现场扫码：这张图还有效吗", "On site: is this print still valid?"),
    Label(
        "打印副本上都有二维码。任何手机扫一下就知道能不能按它施工，不用登录，也不用安装。",
        "Every print copy has a code. Any phone that reads it shows whether to build from the print: no sign-in, nothing to"
        " install.",
    ),
    (
        HelpStep(
            Label("要扫得出来，就打印副本", "Print the copy, not the file"),
            Label(
                "图纸页“资料”栏按“打印副本（带二维码）”：图纸和有效变更合在一个 PDF，写明版次、状态和时间。下载的原文件"
                "没有二维码。",
                "On the sheet page, under Details, take “Print copy with QR”: sheet and slips in one PDF, with"
                " revision, status and time. The original file has no code.",
            ),
            "",
            Label("看得到该图的人", "Whoever sees the sheet"),
        ),
        HelpStep(
            Label("绿色：现行有效", "Green: in force"),
            Label(
                "核对指纹前 8 位与图上印的一致。下面写明另有变更有效时，仅凭这张图不完整，要和变更一起看。",
                "Compare the first 8 digits of the fingerprint with the print. Where change slips are named, the"
                " print alone does not say everything: build from both.",
            ),
            "scan-green",
            ANYBODY,
            Shape.PHONE,
        ),
        HelpStep(
            Label("红色：请勿使用", "Red: do not use"),
            Label(
                "红色是已被替代，写明现行版次，点开即到；灰色是已作废。“待生效”“未发布”和“现行，待确认”都不得用于施工。",
                "Red is superseded: the page names what is in force and leads there. Grey is void. Not yet in"
                " force, not released, and in force but not confirmed yet: all of them not for construction.",
            ),
            "scan-red",
            ANYBODY,
            Shape.PHONE,
        ),
        HelpStep(
            Label("看图、签收、提异议", "See the sheet, confirm, object"),
            Label(
                "按“登录查看图纸”直接打开这张图；按“确认收到或提出异议”到签收页，再按两下就签收。本机登录一次即可。",
                "“Sign in to see it” opens this very sheet; “Confirm or object” opens its receipts, two more taps"
                " confirm. A phone signs in once.",
            ),
            "scan-confirm",
            RECEIVERS,
            Shape.PHONE,
        ),
        HelpStep(
            Label("去没信号的地方之前，先打开核验页", "Before you lose the network, open the check page"),
            Label(
                "有网络时打开一次二维码页底部的“断网核验其他图纸”（/check），本页写“本页已保存，断网可用”即可。以后断网"
                "扫码也会打开它；也可用它扫码、拍照，或粘贴二维码内容。须用 HTTPS。",
                "With a network open /check once, from the foot of any code page, until it says that the page is"
                " kept. From then on a scan without a network opens it; it also reads by camera, from a photo, or"
                " what you paste. Needs HTTPS.",
            ),
            "check-ways",
            ANYBODY,
            Shape.PHONE,
        ),
        HelpStep(
            Label("断网时它能说什么，不能说什么", "What it can say offline, and what it cannot"),
            Label(
                "能说：二维码是不是本系统签发、有没有被改；截至失效名单的时间，是否已被替代或作废；印制时是否还不得施工。"
                "不能说：名单之后有没有变化。所以断网时从不显示绿色，没有问题也只是黄色“未见更新版次”，并写明名单的时间。",
                "It can say whether the code was issued here and not changed; whether the sheet was superseded or"
                " void as of the list; whether it was not for construction when it was printed. It cannot say what"
                " happened after the list. So it is never green: at best amber, no newer revision known, with the"
                " time of the list.",
            ),
            "check-amber",
            ANYBODY,
            Shape.PHONE,
        ),
    ),
    group="site",
)
