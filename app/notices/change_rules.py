"""What is told of change documents, and to whom."""

from app.access.rules import Permission as Do
from app.kernel.labels import Label
from app.notices.told import Audience, Subject, Told, Who


def _may(permission: Do) -> Audience:
    return Audience(Who.MAY, permission)


_BUILDERS = Audience(Who.BUILDERS)
_CHANGE = Subject.CHANGE
_OWNER, _SUPERVISOR = _may(Do.CHANGE_APPROVE), _may(Do.CHANGE_ASSESS)
_DESIGNER, _AGENCY = _may(Do.CHANGE_ISSUE), _may(Do.CHANGE_REVIEW)

CHANGES_TOLD: dict[str, Told] = {
    "change.proposed": Told(
        Label("提出变更，待评估或受理", "A change is proposed"),
        (_SUPERVISOR, _may(Do.CHANGE_ACCEPT)),
        _CHANGE,
        waits=True,
    ),
    "change.assessed": Told(
        Label("变更已评估，待受理", "Assessed: to be taken up or refused"),
        (_may(Do.CHANGE_ACCEPT),),
        _CHANGE,
        waits=True,
    ),
    "change.accepted": Told(
        Label("变更已受理，待设计出文件", "Taken up: its document waits"),
        (_may(Do.CHANGE_DESIGN),),
        _CHANGE,
        waits=True,
    ),
    "change.refused": Told(
        Label("变更提议被退回", "A proposal was refused"), (_may(Do.CHANGE_PROPOSE),), _CHANGE
    ),
    "change.issued": Told(
        Label("变更文件已出，待批准或送审", "Issued: approval or review waits"),
        (_OWNER, _may(Do.CHANGE_SUBMIT)),
        _CHANGE,
        waits=True,
    ),
    "change.sent-to-review": Told(
        Label("变更送审，待审查", "A change waits for review"), (_AGENCY,), _CHANGE, waits=True
    ),
    "change.review-passed": Told(
        Label("变更审查通过，待批准", "Review passed: approval waits"),
        (_OWNER, _DESIGNER),
        _CHANGE,
        waits=True,
    ),
    "change.review-failed": Told(
        Label("变更审查不通过", "The review was not passed"), (_DESIGNER, _OWNER), _CHANGE, waits=True
    ),
    "change.approved": Told(
        Label("变更已批准，待会签生效", "Approved: the countersignature waits"),
        (_may(Do.CHANGE_COUNTERSIGN),),
        _CHANGE,
        waits=True,
    ),
    "change.effective": Told(
        Label("变更生效，请据此施工", "In effect: build from it"),
        (_BUILDERS, _DESIGNER),
        _CHANGE,
        is_urgent=True,
    ),
    "change.effective-with-record": Told(
        Label("图纸会审条目生效，请据此施工", "In effect with the signed record"),
        (_BUILDERS,),
        _CHANGE,
        is_urgent=True,
    ),
    "change.effective-as-emergency": Told(
        Label("紧急变更生效，手续待补办", "An emergency change is in effect: to be regularised"),
        (_BUILDERS, _OWNER, _DESIGNER),
        _CHANGE,
        is_urgent=True,
        waits=True,
    ),
    "change.superseded": Told(
        Label("变更被替代，请勿再据此施工", "Superseded: do not build from it"),
        (_BUILDERS,),
        _CHANGE,
        is_urgent=True,
    ),
    "change.cancelled": Told(
        Label("变更被取消，请勿再据此施工", "Cancelled: do not build from it"),
        (_BUILDERS,),
        _CHANGE,
        is_urgent=True,
    ),
    "change.implemented": Told(
        Label("变更已实施，待核验", "Implemented: verification waits"),
        (_may(Do.CHANGE_VERIFY),),
        _CHANGE,
        waits=True,
    ),
    "change.not-verified": Told(
        Label("变更核验不通过", "Not as the change says"), (_may(Do.CHANGE_IMPLEMENT),), _CHANGE, waits=True
    ),
    "change.verified": Told(
        Label("变更已核验，待落竣工图", "Verified: to be put into the as-built"),
        (_may(Do.CHANGE_INCORPORATE),),
        _CHANGE,
        waits=True,
    ),
    "change.word-given": Told(
        Label("变更有新的意见", "A party has spoken on a change"), (_OWNER, _DESIGNER), _CHANGE
    ),
    "change.regularised": Told(
        Label("紧急变更已补办", "The emergency is regularised"), (_DESIGNER, _SUPERVISOR), _CHANGE
    ),
    "change.withdrawn": Told(Label("变更已撤回", "A change was withdrawn"), (_SUPERVISOR, _OWNER), _CHANGE),
}

CHANGES_UNTOLD: dict[str, str] = {
    "change.absorption-ticked": "the designer's own work until the revision is released",
    "change.adopted": "told by change.effective-with-record of the same act, or waits with the designer",
    "change.class-restated": "a step of the regularisation; its end is told",
    "change.classed": "the designer's own work",
    "change.costed": "in the settlement table",
    "change.edited": "under work",
    "change.file-added": "seen with the step that needs it",
    "change.incorporated": "closed: nothing waits",
    "change.incorporation-stated": "seen by the supervisor where it is accepted",
    "change.paper-kept": "follows by itself",
    "change.review-confirmed": "a step of the regularisation; its end is told",
    "slip.absorbed": "told by revision.released of the same act",
    "slip.cancelled": "told by change.cancelled of the same act",
    "slip.effective": "told by change.effective of the same act",
    "slip.superseded": "told by change.superseded of the same act",
}
