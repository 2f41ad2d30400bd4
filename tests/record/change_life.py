"""Everything that change documents can write a row for, through their own acts: part of what audits and rebuilds tell."""

from app.access.queries import rights_of
from app.changes.actions.absorptions import TickAbsorbed, tick_absorbed
from app.changes.actions.closing import IncorporateChange, state_incorporation
from app.changes.actions.files import StoredFile, add_file
from app.changes.actions.items import AdoptItem, adopt_item
from app.changes.actions.proposals import (
    AffectedSheet,
    EditChange,
    Ending,
    MarkPlaces,
    edit_change,
    mark_places,
)
from app.changes.actions.steps import AgreeCosts, agree_costs
from app.changes.actions.words import GiveWord, give_word
from app.changes.papers.keeping import keep_change_paper
from app.changes.rules import ChangeKind, External, FileKind, Flag, WordKind
from app.kernel.actor import SYSTEM
from app.kernel.db.transactions import Tx
from storage.memory import MemoryStore
from tests.changes import papers as p
from tests.changes.sites import release, released
from tests.drawings.sheets import digests
from tests.review.cases import act, issued
from tests.world import World


def change_life(world: World) -> None:
    """Changes proposed, refused, withdrawn, reviewed, in effect, ended, absorbed, built, and in the as-built."""
    first, second = released(world, "建施-71"), released(world, "建施-72")
    _reviewed(world, first)
    closed = _closed(world, first, second)
    _kept(world, closed)
    old, gone = p.effective(world, first), p.effective(world, first)
    ends = (Ending(old), Ending(gone, "cancelled", "已砌部分拆除"))
    p.effective(world, first, ends=ends)
    _emergency(world, second)
    for end in ("refuse", "withdraw"):
        p.step(world, p.proposed(world, first), end, "不必要")
    _adopted(world, second)
    (newer,) = issued(world, "建施-71")
    act(world, "designer", lambda tx: tick_absorbed(tx, TickAbsorbed(newer, {closed: False})))
    act(world, "designer", lambda tx: tick_absorbed(tx, TickAbsorbed(newer, {closed: True})))
    release(world, [newer])
    reissue = p.approved(world, newer, kind=ChangeKind.REISSUE, who="lead")
    p.step(world, reissue, "countersign")


def _reviewed(world: World, sheet: str) -> None:
    """Fails its review once, passes it, needs an approval, and is written anew in between."""
    change = p.proposed(world, sheet)
    place = p.text(world, sheet).sheets[0].sheet_id
    more = AffectedSheet(place, sheet, (p.BOX,), "clarify", "仅说明")
    edit = EditChange(change, p.version_of(world, change), p.text(world, sheet, sheets=(more,)))
    act(world, "contractor", lambda tx: edit_change(tx, edit))
    p.step(world, change, "assess", "造价增加约 3 万元")
    p.step(world, change, "accept", who="owner", designer_id=world.parties["designer"])
    act(world, "designer", lambda tx: mark_places(tx, MarkPlaces(change, place, [p.BOX], "C3")))
    paper = StoredFile(FileKind.PAPER, "变更单", "", digests("paper"), "application/pdf", "p.pdf")
    act(world, "designer", lambda tx: add_file(tx, change, paper))
    p.classed(world, change, Flag.FIRE_MAJOR)
    for event, note in (("issue", ""), ("send_review", ""), ("fail", "疏散宽度不足")):
        p.step(world, change, event, note)
    p.classed(world, change, Flag.FIRE_MAJOR, externals=[External.PLANNING])
    for event, note in (("issue", ""), ("send_review", ""), ("pass", "审变 12 号")):
        p.step(world, change, event, note)
    word = GiveWord(change, WordKind.AUTHORITY, is_yes=False, note="待补", domain=External.OTHER)
    act(world, "authority", lambda tx: give_word(tx, word))
    for domain in (External.FIRE, External.PLANNING):
        letter = StoredFile(
            FileKind.APPROVAL, "复函", "7 号", digests(domain), "application/pdf", "a.pdf", domain
        )
        act(world, "owner_clerk", lambda tx, f=letter: add_file(tx, change, f))
    p.step(world, change, "approve")


def _closed(world: World, *sheets: str) -> str:
    """In effect on two sheets, built, not as it says, built again, verified, in the as-built, its costs agreed."""
    change = p.effective(world, *sheets, cost_estimate=120_000, days_estimate=2)
    for event in ("implement", "reopen", "implement", "verify"):
        p.step(world, change, event)
    places = {s.sheet_id: "建竣-71，C3" for s in p.text(world, *sheets).sheets}
    said = IncorporateChange(change, places)
    act(world, "contractor", lambda tx: state_incorporation(tx, said))
    act(world, "owner", lambda tx: agree_costs(tx, AgreeCosts(change, 100_000, 1)))
    p.step(world, change, "incorporate")
    return change


def _kept(world: World, change: str) -> None:
    """What the job does after a change took effect; its bytes go into a store that is forgotten."""
    now = world.database.clock.now()
    note = keep_change_paper(
        world.database, MemoryStore(), change, base_url="https://oneset.example", now=now
    )
    with world.database.write(SYSTEM) as tx:
        note(tx)


def _emergency(world: World, sheet: str) -> None:
    change = p.designing(world, sheet)
    for who in ("supervisor", "lead", "owner"):
        p.consent(world, change, who)
    p.classed(world, change, Flag.MAJOR_REVIEW, who="lead")
    p.step(world, change, "confirm_review", "补审 5 号")
    p.step(world, change, "regularise")


def _adopted(world: World, sheet: str) -> None:
    """Two items of a signed record: one in effect at once, one with the designer."""
    for goes in (False, True):
        command = AdoptItem(
            world.project_id,
            p.text(world, sheet),
            f"jdr:{goes}",
            world.parties["designer"],
            "会审记录 3",
            goes,
        )

        def adopt(tx: Tx, command: AdoptItem = command) -> None:
            seat = rights_of(tx.session, tx.actor, tx.now).in_project(world.project_id)[0]
            adopt_item(tx, command, seat)

        act(world, "supervisor", adopt)
