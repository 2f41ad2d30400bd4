"""Help on questions: contact notes and joint drawing reviews."""

from app.kernel.labels import Label
from app.web.help.parts import HelpStep, HelpTopic, Shape

WORKING = Label("建设、设计、施工、监理单位", "Owner, designer, contractor, supervisor")
KEEPERS = Label("建设、监理或总包单位·记录人", "Owner, supervisor or contractor · who keeps the record")

NOTES = HelpTopic(
    "notes",
    Label("工程联系单：在图上问，问到答复", "Contact notes: ask on the sheet"),
    Label(
        "对方看到的是同一张图、同一版、同一处。联系单不改变图纸；要改图，就转为变更。",
        "The other side sees the same sheet, revision and place. A note changes no drawing; what must change is turned into"
        " a change.",
    ),
    (
        HelpStep(
            Label("在图上提问", "Ask on the sheet"),
            Label(
                "打开图纸，可先框出位置，按“提问”。写清哪里、什么问题、要对方答复什么；拍照或选文件；选发给谁，按“发送”。"
                "“更多”里可填希望答复日期、抄送。",
                "Open the sheet, frame the place if you like, press “Ask”. Say where, what, and which answer is"
                " needed; add a photo or a file; choose to whom, and send. Under “More”: the wished date and copies.",
            ),
            "note-ask",
            WORKING,
            Shape.PHONE,
        ),
        HelpStep(
            Label("对方答复", "The other party answers"),
            Label(
                "被问的单位收到通知，联系单上有位置、版次和照片。写答复，按“答复”；可以再次答复。过了希望答复的日期，标"
                "“逾期未答复”。",
                "The party asked is told; the note shows place, revision and photos. Write the answer and send it;"
                " more may follow. Past the wished date the note is overdue.",
            ),
            "note-answer",
            Label("被问的单位", "The party asked"),
        ),
        HelpStep(
            Label("清楚了关闭，没清楚重新打开", "Close it, or open it again"),
            Label(
                "答复清楚，提问单位按“关闭”；没清楚，写明理由“重新打开”。发错了，在答复之前可“撤回”，编号保留。",
                "When the answer settles it the asking party closes the note, else opens it again and says why."
                " Sent in error it can be withdrawn before it is answered; its number stays taken.",
            ),
            "",
            Label("提问的单位", "The party that asked"),
        ),
        HelpStep(
            Label("要改图：转为变更", "The drawing must change: turn it into a change"),
            Label(
                "按“转为变更”，选类别和原因，就提出了一份变更，按变更的手续办理。变更生效之前，图纸不变。",
                "Press “Turn into a change” and choose kind and reason: a change is proposed and goes its own way."
                " Until it is in effect the drawing stays as it is.",
            ),
            "note-turn",
            Label("提问或被问的单位", "Either party"),
            Shape.PART,
        ),
        HelpStep(
            Label("全部联系单", "All notes"),
            Label(
                "“联系会审”页按状态、专业、单位筛选，也可只看发给本单位的。某张图的联系单，图纸页“资料”栏也列出。",
                "The Questions page filters by state, discipline and party, or shows what was sent to yours. The"
                " Details of a sheet list its own notes.",
            ),
            "notes",
            Label("参建各方", "The parties"),
        ),
    ),
    group="site",
)

JOINT = HelpTopic(
    "joint-review",
    Label("图纸会审", "Joint drawing review"),
    Label(
        "会前收问题，会上逐条定，会后四方签认；要改图的条目成为变更文件。",
        "Questions are collected before the meeting, settled in it one by one, and signed by four parties; what must change"
        " becomes a change document.",
    ),
    (
        HelpStep(
            Label("发起，征集问题", "Convene it, collect questions"),
            Label(
                "“联系会审”→“图纸会审”：填名称、选专业，按“发起并征集问题”。会议日期和地点可以后补。",
                "Under “Joint drawing reviews” give a title, choose disciplines, press “Convene and collect"
                " questions”. Day and place of the meeting may follow.",
            ),
            "joint-convene",
            Label("建设单位；总监或监理资料员", "Owner; chief supervisor or the supervisor's clerk"),
        ),
        HelpStep(
            Label("各方提问题", "The parties ask"),
            Label(
                "按“提出问题”写图号、部位、问题。问题多，按“批量导入”粘贴 Excel 单元格或选文件：先列出来，不能导入的行写"
                "明原因，看过再导入。",
                "Press “Ask” and give sheet, place and question. For many press “Bring in many” and paste cells or"
                " choose a file: they are shown first, with a reason for each row that stays out.",
            ),
            "joint-import",
            Label("建设、施工、监理单位", "Owner, contractor, supervisor"),
        ),
        HelpStep(
            Label("汇总，准备答复，开会", "Collected, prepared, held"),
            Label(
                "“汇总问题”后，设计单位收到通知，在“答复与分类”中准备答复。“填写会议情况”写明日期、地点和参加人员，就能按"
                "“会议召开”。会上仍可提出问题。",
                "After “Close the collection” the designers are told and prepare answers under “Answer and class”."
                " With day, place and attendees written down the meeting can be held. It may still raise questions.",
            ),
            "",
            Label("发起单位；设计单位", "Who convened it; designer"),
        ),
        HelpStep(
            Label("会议模式：投到屏幕，一次一条", "Meeting mode: one question at a time"),
            Label(
                "Alt 加字母定分类（A 设计错误、B 图纸矛盾、C 深度不足、D 施工建议），Alt 加数字定处理，Ctrl+回车保存并到下"
                "一条。不用鼠标。",
                "Alt with a letter classes it (A design error, B contradiction, C insufficient depth, D proposal),"
                " Alt with a digit says what follows, Ctrl+Enter saves and goes on. No mouse is needed.",
            ),
            "joint-meeting",
            KEEPERS,
        ),
        HelpStep(
            Label("送签，四方签认", "Four parties sign"),
            Label(
                "全部答复并分类后按“答复完毕”，再按“送各方签认”。四方各按“签认会审记录”，签的是同一个摘要。签认中再有改"
                "动，已签的全部失效，须重新签。",
                "When all is answered and classed press “All is answered”, then “Send for signing”. Each of the"
                " four signs the same digest. A change while it is being signed takes all signatures back.",
            ),
            "joint-sign",
            Label("建设、设计、施工、监理单位负责人", "Leads of owner, designer, contractor and supervisor"),
            Shape.PART,
        ),
        HelpStep(
            Label("生效，条目成为变更", "In effect: items become changes"),
            Label(
                "第四方签认，记录生效。“需变更”的条目成为变更文件，编号写在条目旁。A 类又触及强制性条文的，不随记录生效：设"
                "计修改后重新送审。",
                "With the fourth signature the record is in effect. Items that require a change become change"
                " documents; their numbers stand beside them. Design errors (class A) that touch mandatory clauses"
                " do not: the designer changes the drawing and it goes to review again.",
            ),
            "joint-effective",
            Label("自动", "By itself"),
        ),
        HelpStep(
            Label("会审记录", "The record"),
            Label(
                "“导出”中有会审记录 PDF、问题清单 Excel 和签认原文（可核对摘要）。电子签章尚未施加，记录上写明。",
                "“Export” holds the record as PDF, the list as Excel, and the signed lines for sha256sum. E-seals"
                " are not yet applied, and the record says so.",
            ),
            "",
            Label("参建各方", "The parties"),
        ),
    ),
    group="site",
)
