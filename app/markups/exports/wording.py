"""How exports speak of marks."""

from app.kernel.labels import Label
from app.markups.queries.marks import MarkView, Who
from app.markups.rules import KIND_LABELS, STAMP_LABELS, STATUS_LABELS, MarkKind, Stamp
from app.record.exports import Wording

TAKEN_BACK = Label("已撤回", "Taken back")
STATED = Label("文件所载作者", "Author as stated by the file")
BROUGHT_IN = Label("导入", "Brought in by")
ON_TEXT = Label("所标文字", "On the text")
ON_ENTITY = Label("所标 CAD 对象（句柄）", "On the CAD object (handle)")
PHOTO = Label("照片", "Photo")


def kind_of(view: MarkView, wording: Wording) -> str:
    """The name of its kind."""
    return wording.say(KIND_LABELS[MarkKind(view.kind)])


def status_of(view: MarkView, wording: Wording) -> str:
    """Where its thread stands, or that it was taken back."""
    return wording.say(TAKEN_BACK if view.taken_back_at is not None else STATUS_LABELS[view.status])


def caption_of(view: MarkView, wording: Wording) -> str:
    """Words of a stamp picture, or what a measurement says."""
    if view.kind == MarkKind.STAMP:
        return wording.say(STAMP_LABELS[Stamp(view.shape["stamp"])])
    return view.measured


def who(person: Who) -> str:
    """A person with his organisation."""
    return " · ".join(filter(None, (person.name, person.organisation)))


def said_by(person: Who, origin: dict[str, str], wording: Wording) -> str:
    """Who said it: of what was imported, the author as stated, never as a person of ours."""
    if not origin:
        return who(person)
    return f"{origin.get('author') or '—'}（{wording.say(STATED)}）"


def basis_of(view: MarkView) -> str:
    """What an as-built mark follows, in one line."""
    return " ".join(filter(None, (view.basis.get(name, "") for name in ("name", "number", "date", "clause"))))


def facts_of(view: MarkView, wording: Wording) -> tuple[str, ...]:
    """What stands beside a mark: its basis, the text it hangs on, its photo, and who brought it in from which file."""
    found = [basis_of(view)]
    if view.anchor.get("type") == "text":
        found.append(f"{wording.say(ON_TEXT)}: {view.anchor['text']}")
    if view.anchor.get("type") == "entity":
        found.append(f"{wording.say(ON_ENTITY)}: {view.anchor['handle']}")
    if view.origin:
        by = f"{who(view.author)} {wording.instant(view.created_at)}"
        found.append(f"{wording.say(BROUGHT_IN)}: {by} · {view.origin.get('file_name', '')}")
    if view.photo is not None:
        found.append(f"{wording.say(PHOTO)}: {view.photo.file_name}")
    return tuple(line for line in found if line)
