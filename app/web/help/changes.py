"""Help on change documents: from the proposal to the as-built sheet, each step with who takes it."""

from app.kernel.labels import Label
from app.web.help.parts import DESIGNER, HelpStep, HelpTopic, Shape

CHANGES = HelpTopic(
    "changes",
    Label("一份变更从提出到落竣工图", "A change, from proposal to as-built sheet"),
    Label(
        "变更生效之前，图纸照旧；生效之后，每张受影响的图都会说明，直到竣工图上画了它。",
        "Until a change is in effect the drawing stays as it is. From then on every sheet it touches says so, until the"
        " as-built sheet shows it.",
    ),
    (
        HelpStep(
            Label("提出变更", "Propose it"),
            Label(
                "打开图纸，用工具栏“区域”框出要改的地方，在“变更”栏按“在此图提出变更”；也可从“变更”页提出。写明原设计"
                "是什么、改成什么、为什么。受影响的图纸都要列上，图号可一次粘贴多个。",
                "Open the sheet, frame the place with the region tool, and press “Propose a change here” in the"
                " Changes column; or begin on the Changes page. Say what was drawn, what it becomes, and why. Name"
                " every sheet it touches; several numbers can be pasted.",
            ),
            "change-propose",
            Label("建设、设计、施工、监理单位", "Owner, designer, contractor, supervisor"),
        ),
        HelpStep(
            Label("每张图都圈出部位", "Draw the place on each sheet"),
            Label(
                "保存后逐张按“在图上圈出”：框选，再按“把所选区域加为变更部位”。涉及整张图的，在说明中写明即可。没有圈出"
                "也没有说明的，设计不能出变更文件。",
                "After saving press “Draw” beside each sheet: frame the place, then “Add the chosen region”. When"
                " the whole sheet is meant, a note says so. Without either the designer cannot issue the document.",
            ),
            "change-region",
            Label("提出单位；受理后由设计单位", "Who proposed it; the designer once it is taken up"),
        ),
        HelpStep(
            Label("监理评估，受理或退回", "Assessed, then taken up or refused"),
            Label(
                "监理按“监理评估”写明有无必要、对造价和工期的影响（项目可设为不要求）。然后由设计单位负责人或建设单位项"
                "目负责人按“受理，交设计”，或写明理由“退回”。",
                "The supervisor presses “Assess” and says what it thinks of need, cost and time (a project may do"
                " without). Then the designer's lead or the owner's project lead presses “Take up”, or “Refuse” with"
                " a reason.",
            ),
            "change-assess",
            Label("监理单位；设计单位或建设单位负责人", "Supervisor; lead of designer or owner"),
            Shape.PART,
        ),
        HelpStep(
            Label("申明变更类别", "State its class"),
            Label(
                "类别由设计申明，并写明判定依据。清单只提示，不作判定：勾了清单又选“一般变更”时，会提醒再核对。类别决定"
                "后面要不要送审、要哪些部门批准。",
                "The designer states the class, and on what basis. The checklist reminds and decides nothing: with"
                " a tick there and “General change” chosen, the page asks to look again. The class decides about"
                " review and about approvals of other departments.",
            ),
            "change-class",
            DESIGNER,
        ),
        HelpStep(
            Label("出变更文件", "Issue the document"),
            Label(
                "上传变更单和附图，按“出变更文件”。这时才给正式编号，内容从此固定，各方意见都绑定这份内容。",
                "Upload the document and its sketches, then press “Issue”. Only now it gets its number. Its content"
                " is fixed, and whatever the parties say is bound to it.",
            ),
            "",
            Label(
                "设计单位·项目负责人、专业负责人或审定人",
                "Designer · project lead, discipline lead or approver",
            ),
        ),
        HelpStep(
            Label("该审的送原审查机构", "Review, where it is needed"),
            Label(
                "重大变更和消防重大变更送回出具合格书的审查机构；消防非重大变更按项目规定复核。审查机构填写确认文号后通"
                "过；不通过的写明原因，退回设计。需要其他部门批准的，上传批准文件。缺一项，建设单位都不能批准。",
                "Major changes and major fire changes go back to the agency that certified the sheets, non-major"
                " fire changes where the project asks for it. The agency passes it with the number of its"
                " confirmation, or sends it back with the reason. Approvals of other departments are uploaded. While"
                " one is missing the owner cannot approve.",
            ),
            "change-review",
            Label("建设单位送审；原审查机构审查", "The owner submits; the original agency reviews"),
            Shape.PART,
        ),
        HelpStep(
            Label("建设单位批准，总监会签生效", "Approved by the owner, countersigned: in effect"),
            Label(
                "总监会签后立即生效，也可填以后的生效时间。依据的版次已不是现行版次时，不能会签。",
                "With the chief supervisor's countersignature it is in effect, at once or from a later instant. It"
                " cannot be countersigned when the revision it was written for is not the one in force.",
            ),
            "change-countersign",
            Label("建设单位·项目负责人；总监理工程师", "Owner · project lead; chief supervisor"),
            Shape.PART,
        ),
        HelpStep(
            Label("生效之后，图上都看得到", "From then on the sheet says so"),
            Label(
                "图纸页顶部有条带，部位圈在图上，点编号打开变更。打印副本把变更单附在图后，二维码页写明编号。施工、监理"
                "单位要签收，见“发放与签收”。",
                "A band stands above the drawing, the place is ringed, and its number opens the change. Print"
                " copies bring the slip along, the page behind the code names it. Contractor and supervisor confirm"
                " it, see “Handing out and confirming”.",
            ),
            "change-on-sheet",
            Label("看得到该图的人", "Whoever sees the sheet"),
        ),
        HelpStep(
            Label("实施，核验", "Implemented, verified"),
            Label(
                "现场做完，施工单位按“已实施”，可附照片；没有生效的变更不能这样标。监理到现场看过，按“现场核验”；不符"
                "的写明之处，按“核验不通过”退回。",
                "When it is built the contractor says “Implemented”, with photos if there are any; before it is in"
                " effect that is impossible. The supervisor looks on site and says “Verify on site”, or sends it"
                " back and says what differs.",
            ),
            "",
            Label("施工单位；监理单位", "Contractor; supervisor"),
        ),
        HelpStep(
            Label("落竣工图，变更闭合", "In the as-built sheet: closed"),
            Label(
                "在“竣工图位置”逐张写明画在哪里，按“保存竣工图位置”。核验之后，监理按“确认已落竣工图”，这份变更闭合。",
                "Say for each sheet where the as-built shows it, and press “Save the places”. After it is verified"
                " the supervisor presses “Accept as incorporated”, and the change is closed.",
            ),
            "change-as-built",
            Label(
                "施工或设计单位填写；监理单位认可",
                "Contractor or designer says where; the supervisor accepts",
            ),
            Shape.PART,
        ),
        HelpStep(
            Label("出新版图时，勾选已画入的变更", "A new revision takes changes in"),
            Label(
                "在新版的图纸页“本版纳入的变更”中勾选已画进图的变更并保存。新版发布后，勾选的不再附在该图上；没有勾选的"
                "继续有效，仍然列出。",
                "On the sheet page of the new revision tick what it has drawn in and save. With its release these"
                " changes no longer hang on the sheet; what is not ticked stays in force and is listed.",
            ),
            "",
            DESIGNER,
        ),
        HelpStep(
            Label("要改、要取消，就另提一份", "To replace or cancel, propose another"),
            Label(
                "已生效的变更不能删改。另提一份，在“替代或取消已生效的变更”中选定它，写明已施工部分如何处理；新的会签生"
                "效时，旧的同时终止。还没生效、也不在审查中的可以“撤回”，须写明理由。",
                "A change in effect is never edited or deleted. Propose another, choose the old one under “Takes"
                " the place of, or cancels, changes in effect” and say what becomes of what was built. When the new"
                " one takes effect the old one ends. What is neither in effect nor in review can be withdrawn, with"
                " a reason.",
            ),
            "change-ends",
            Label(
                "任何提出单位；撤回由原提出单位或设计单位",
                "Whoever proposes; withdrawing: proposer or designer",
            ),
        ),
        HelpStep(
            Label("险情：紧急变更", "Danger: an emergency"),
            Label(
                "险情不能等手续时，设计、监理、建设三方各按“同意紧急变更”并写明理由；第三方同意时立即生效，可以施工。此"
                "后一直标红：设计申明类别，该审的由审查机构确认，最后建设单位按“补办完成”。没有补办完，不能落竣工图。",
                "When danger cannot wait, designer, supervisor and owner each agree to the emergency and say why."
                " With the third it is in effect and may be built. It stays red until the designer has stated the"
                " class, the agency has confirmed what must be reviewed, and the owner presses “Regularise”. Before"
                " that it cannot be incorporated.",
            ),
            "change-emergency",
            Label("设计单位、监理单位、建设单位负责人", "Leads of designer, supervisor and owner"),
        ),
        HelpStep(
            Label("还有哪些没闭合", "What is still open"),
            Label(
                "“变更”页按“闭合与结算”：现场闭合率、落竣工图率，按单位、专业、单体分列；每份没闭合的在等谁、等了几天。"
                "可下载结算表 Excel。",
                "Press “Closure and settlement” on the Changes page: rates on site and in the as-built, by party,"
                " discipline and building, and for whom each open change waits since how many days. The settlement"
                " table is an Excel file.",
            ),
            "change-closure",
            Label("参建各方", "The parties"),
        ),
    ),
    group="site",
)
