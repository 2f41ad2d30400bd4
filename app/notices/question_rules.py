"""What is told of contact notes and joint drawing reviews, and to whom."""

from app.access.rules import Permission as Do
from app.kernel.labels import Label
from app.notices.told import Audience, Subject, Told, Who


def _may(permission: Do) -> Audience:
    return Audience(Who.MAY, permission)


_ASKER, _ASKED, _COPIES = Audience(Who.NOTE_ASKER), Audience(Who.NOTE_ASKED), Audience(Who.NOTE_COPIES)
_RECORDERS, _ANSWERERS = _may(Do.JDR_RECORD), _may(Do.JDR_ANSWER)
_NOTE, _JDR = Subject.NOTE, Subject.JDR

QUESTIONS_TOLD: dict[str, Told] = {
    "note.asked": Told(
        Label("收到工程联系单", "A contact note asks you"), (_ASKED, _COPIES), _NOTE, waits=True
    ),
    "note.answered": Told(Label("联系单已答复", "A contact note was answered"), (_ASKER, _COPIES), _NOTE),
    "note.closed": Told(Label("联系单已关闭", "A contact note was closed"), (_ASKED,), _NOTE),
    "note.reopened": Told(
        Label("联系单重新打开", "A contact note was reopened"), (_ASKED, _COPIES), _NOTE, waits=True
    ),
    "note.turned-into-change": Told(
        Label("联系单已转为变更", "A contact note became a change"), (_ASKER, _ASKED, _COPIES), _NOTE
    ),
    "note.withdrawn": Told(Label("联系单已撤回", "A contact note was withdrawn"), (_ASKED, _COPIES), _NOTE),
    "jdr.planned": Told(
        Label("图纸会审征集问题", "A joint drawing review collects questions"),
        (_may(Do.JDR_ASK),),
        _JDR,
        waits=True,
    ),
    "jdr.questions-collected": Told(
        Label("会审问题已汇总，待准备答复", "Questions are collected: answers are to be prepared"),
        (_ANSWERERS, _RECORDERS),
        _JDR,
        waits=True,
    ),
    "jdr.sent-for-signing": Told(
        Label("图纸会审记录待签认", "The record of a joint review waits for signatures"),
        (_may(Do.JDR_SIGN),),
        _JDR,
        waits=True,
    ),
    "jdr.taken-back": Told(
        Label("会审记录退回修改，签认失效", "The record was taken back: its signatures fall"),
        (_may(Do.JDR_SIGN), _RECORDERS),
        _JDR,
    ),
    "jdr.effective": Told(
        Label("图纸会审记录生效", "The record of a joint review has taken effect"),
        (_may(Do.JDR_ASK), _ANSWERERS, _may(Do.JDR_SIGN)),
        _JDR,
    ),
    "jdr.waived": Told(
        Label("建设单位免于图纸会审", "The owner has waived a joint drawing review"),
        (_may(Do.JDR_SIGN), _may(Do.JDR_CONVENE)),
        Subject.PROJECT,
    ),
}

QUESTIONS_UNTOLD: dict[str, str] = {
    "jdr.answered": "the recorder did it, in the meeting",
    "jdr.closed": "the recorder did it",
    "jdr.held": "everybody concerned is in the meeting",
    "jdr.item-answered": "many at a time; told by jdr.sent-for-signing",
    "jdr.item-asked": "many at a time; told by jdr.questions-collected",
    "jdr.item-edited": "many at a time; told by jdr.questions-collected",
    "jdr.item-withdrawn": "many at a time; told by jdr.questions-collected",
    "jdr.items-imported": "many at a time; told by jdr.questions-collected",
    "jdr.items-ordered": "only the order of a list",
    "jdr.meeting-set": "on the page of the review; invitations go their own way",
    "jdr.signed": "seen on the page; the fourth is told by jdr.effective",
    "note.file-added": "goes with the question or the answer",
}

NOTE_OVERDUE = "note.overdue"
QUESTIONS_CLOCK: dict[str, Told] = {
    NOTE_OVERDUE: Told(
        Label("联系单逾期未答复", "A contact note was not answered in time"), (), _NOTE, waits=True
    ),
}
"""What the clock tells; who is asked and who asks hear it."""
