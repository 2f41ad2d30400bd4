"""What people type in the pictures of the help on changes, distribution, questions and printed codes."""

WORDS: dict[str, dict[str, str]] = {
    "zh": {
        "change": "2#楼梯间增设防火门",
        "change_text": "一层 2#楼梯间原设计为敞开，改为封闭楼梯间，增设乙级防火门 FM乙1521，向疏散方向开启。",
        "opinion": "情况属实，有必要；造价约增 1.2 万元，不影响总工期。",
        "basis": "改变疏散楼梯间形式，涉及审查内容",
        "confirmation": "审变〔2026〕12 号",
        "countersigned": "同意，自会签之时起执行。",
        "built": "已安装，开启方向与变更一致。",
        "place": "建竣-03，H12 区",
        "instead": "已装的门退换，洞口不动",
        "subject": "建筑施工图 B 版发放",
        "remark": "旧版请同时交回资料室。",
        "objection": "预留洞口现场 300 × 300，图上是 250 × 250，以哪个为准？",
        "resolved": "以结构图 300 × 300 为准，建筑图下一版改正。",
        "question": "此处门洞宽图上 1.50 m，门窗表 1.20 m，以哪个为准？今天要砌墙。",
        "answer": "以门窗表 1.20 m 为准，两侧各补砌 150 mm。图纸另出变更。",
        "turning": "按答复改门洞尺寸。",
        "joint": "教学楼 建筑专业第一次会审",
        "room": "项目部二楼会议室",
        "people": "张工、李工",
        "items": "图号\t部位\t专业\t问题\t程度\n"
        "建施-03\t②~③轴\t\t隔墙与结构梁边不对齐，以哪张图为准？\t一般\n"
        "建施-03\t2#楼梯间\t\t门洞宽 1.50 m，门窗表为 1.20 m，请明确。\t重要\n"
        "建施-06\t雨水口\t\t屋面雨水口位置与给排水图不一致。\t一般\n"
        "建施-99\t\t\t地下室入口坡道坡度未注。\t一般",
        "item_answer": "门洞改为 1.20 m，两侧各补砌 150 mm。",
        "item_answers": "以建筑图为准，隔墙中心线对齐轴线。|屋面雨水口按给排水图，位置不变。",
    },
    "en": {
        "change": "Fire doors for stair 2",
        "change_text": "Stair 2 on the first floor was drawn open. It becomes an enclosed stair with fire doors"
        " FM 1521 that open towards the exit.",
        "opinion": "True, and needed. About 12,000 yuan more, no effect on the programme.",
        "basis": "Changes the kind of an escape stair, which was reviewed",
        "confirmation": "Review 2026-12",
        "countersigned": "Agreed, from the countersignature on.",
        "built": "Built in; they open as the change says.",
        "place": "as-built A-03, field H12",
        "instead": "The doors go back, the opening stays",
        "subject": "Architecture, revision B",
        "remark": "Please bring the old sheets back.",
        "objection": "The opening is 300 × 300 on site and 250 × 250 on the sheet. Which one holds?",
        "resolved": "300 × 300 as on the structural sheet; the next revision corrects it.",
        "question": "The sheet says 1.50 m for this door, the schedule 1.20 m. Which holds? We build the wall today.",
        "answer": "1.20 m as in the schedule, 150 mm of wall on each side. A change follows.",
        "turning": "The opening as answered.",
        "joint": "School building, architecture, first review",
        "room": "Site office, second floor",
        "people": "Zhang, Li",
        "items": "Sheet\tPlace\tDiscipline\tQuestion\tSeverity\n"
        "建施-03\taxes 2-3\t\tThe wall is not in line with the beam. Which sheet holds?\tGeneral\n"
        "建施-03\tstair 2\t\tThe door is 1.50 m here and 1.20 m in the schedule.\tMajor\n"
        "建施-06\troof drain\t\tThe drain is elsewhere on the plumbing sheet.\tGeneral\n"
        "建施-99\t\t\tThe slope of the ramp is not given.\tGeneral",
        "item_answer": "The opening becomes 1.20 m, with 150 mm of wall on each side.",
        "item_answers": "The architect's sheet holds, centred on the axis.|The drain as on the plumbing sheet.",
    },
}
