"""Letters that really leave: to a mail server and to robots, on both databases."""

import hashlib
import hmac
import json
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import sqlalchemy as sa

from app.access.actions import EndSeat, end_seat
from app.access.models import Seat
from app.access.rules import PartyRole
from app.kernel.actor import SYSTEM
from app.kernel.clock import SteppedClock
from app.kernel.db.transactions import Database
from app.kernel.errors import Refused
from app.kernel.outbox import Job
from app.notices.actions import AddHook, ChooseRhythm, RemoveHook, choose_rhythm, mark_read, remove_hook
from app.notices.flows import add_checked_hook
from app.notices.making import SEND, make_letters
from app.notices.models import Notice, NoticeHook, NoticeLetter
from app.notices.outgoing import NoSuchPlace, Outgoing
from app.notices.rules import TRIES, HookKind
from app.notices.sending import send_letter
from tests.drawings.sheets import Upload, advance, page_fields, take_in
from tests.notices.ears import give_addresses, listen
from tests.peers.hook_catcher import Robot
from tests.peers.hook_catcher import robot as robot  # noqa: PLC0414  a fixture
from tests.peers.mail_catcher import Catcher
from tests.peers.mail_catcher import mail_catcher as mail_catcher  # noqa: PLC0414  a fixture
from tests.review.cases import act
from tests.world import World, make_world

BASE = "https://oneset.example.org"
QUARTER = timedelta(minutes=15)
ON_SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
"""What leaves the house does so whatever the database; making letters is asked on both."""


def doors(port: int = 0, *hosts: str) -> Outgoing:
    """A mail server at this port, and hosts that robots may be at."""
    sender = "一套图 <oneset@example.org>"
    return Outgoing("127.0.0.1" if port else "", port, "", "", "none", sender, frozenset(hosts))


def released(world: World, *numbers: str) -> None:
    """New sheets, released in one act and read."""
    taken = [take_in(world, Upload([page_fields(number)])).revision() for number in numbers]
    advance(world, taken, "released")
    listen(world)


def deliver(world: World, outgoing: Outgoing) -> int:
    """Make what is due and send every letter whose job is ready; returns how many letters were made."""
    made = make_letters(world.database, has_mail=outgoing.has_mail)
    with world.database.read() as session:
        now = world.database.clock.now()
        jobs = session.execute(
            sa.select(Job.id, Job.payload).where(Job.kind == SEND, Job.run_at <= now)
        ).all()
    for job, payload in jobs:
        commit = send_letter(world.database, outgoing, payload["letter"], base_url=BASE)
        with world.database.write(SYSTEM) as tx:
            tx.session.execute(sa.delete(Job).where(Job.id == job))
            commit(tx)
    return made


def only_letter(world: World) -> NoticeLetter:
    """The one letter there is."""
    with world.database.read() as session:
        return session.scalars(sa.select(NoticeLetter)).one()


def test_one_letter_tells_all_that_waited(database: Database, clock: SteppedClock, mail_catcher: Catcher):
    world = make_world(database)
    give_addresses(world, "contractor")
    released(world, "建施-01", "建施-02")
    outgoing = doors(mail_catcher.port)
    assert deliver(world, outgoing) == 0, "not at once"
    clock.advance(QUARTER)
    assert deliver(world, outgoing) == 1
    assert deliver(world, outgoing) == 0, "not twice"
    letter = mail_catcher.letters[0]
    text = letter.get_body(("plain",)).get_content()
    assert letter["To"] == "contractor@example.org"
    assert "紧急" in letter["Subject"]
    assert "滨河小学" in letter["Subject"]
    assert "建施-0" in text
    assert "等 2 张" in text
    with database.read() as session:
        notice = session.scalars(sa.select(Notice).where(Notice.kind == "revision.released").limit(1)).one()
    assert f"{BASE}/notices/{notice.id}/open" in text or "/open" in text
    assert "等 2 张" in letter.get_body(("html",)).get_content()
    assert letter["Message-ID"].endswith("@example.org>")


def test_what_was_read_on_the_page_is_not_sent(
    database: Database, clock: SteppedClock, mail_catcher: Catcher
):
    world = make_world(database)
    give_addresses(world, "contractor")
    released(world, "建施-01")
    with database.plumbing() as session:
        mark_read(session, world.people["contractor"], None, clock.now())
    clock.advance(QUARTER)
    assert deliver(world, doors(mail_catcher.port)) == 0


@ON_SQLITE
def test_who_wants_no_letters_gets_none(database: Database, clock: SteppedClock, mail_catcher: Catcher):
    world = make_world(database)
    act(world, "contractor", lambda tx: choose_rhythm(tx, ChooseRhythm("never", "c@example.org")))
    released(world, "建施-01")
    clock.advance(QUARTER)
    assert deliver(world, doors(mail_catcher.port)) == 0


@ON_SQLITE
def test_a_seat_that_ended_gets_no_more_letters_of_the_project(
    database: Database, clock: SteppedClock, mail_catcher: Catcher
):
    world = make_world(database)
    give_addresses(world, "contractor")
    released(world, "建施-01")
    clock.advance(QUARTER)
    assert make_letters(database, has_mail=True) == 1
    with database.read() as session:
        seat = session.get_one(Seat, world.seats["contractor"])
    act(world, "owner", lambda tx: end_seat(tx, EndSeat(seat.id, seat.version)))
    deliver(world, doors(mail_catcher.port))
    told = [m.get_body(("plain",)).get_content() for m in mail_catcher.letters]
    assert not any("建施-01" in text for text in told)


def test_a_mail_server_that_is_away_is_tried_again_and_given_up_in_the_end(
    database: Database, clock: SteppedClock
):
    world = make_world(database)
    give_addresses(world, "contractor")
    released(world, "建施-01")
    clock.advance(QUARTER)
    nobody = doors(1)
    deliver(world, nobody)
    letter = only_letter(world)
    assert (letter.tries, letter.sent_at, letter.given_up_at) == (1, None, None)
    assert "refused" in letter.error.lower()
    for wait in TRIES:
        clock.advance(wait + timedelta(seconds=1))
        deliver(world, nobody)
    letter = only_letter(world)
    assert letter.tries == len(TRIES) + 1
    assert letter.given_up_at is not None


@ON_SQLITE
def test_an_address_that_does_not_exist_is_not_tried_again(
    database: Database, clock: SteppedClock, mail_catcher: Catcher
):
    world = make_world(database)
    give_addresses(world, "contractor")
    released(world, "建施-01")
    clock.advance(QUARTER)
    mail_catcher.answer = "451 later"
    deliver(world, doors(mail_catcher.port))
    assert only_letter(world).given_up_at is None
    mail_catcher.answer = "250 OK"
    clock.advance(TRIES[0] + timedelta(seconds=1))
    deliver(world, doors(mail_catcher.port))
    assert only_letter(world).sent_at is not None
    assert len(mail_catcher.letters) == 1


def hook(world: World, robot: Robot, kind: HookKind, secret: str = "") -> Outgoing:
    """A robot of the contractor, who is a clerk there: a lead is seated for it first."""
    with world.database.write(SYSTEM) as tx:
        seat = tx.session.get_one(Seat, world.seats["contractor"])
        seat.role = "project_manager"
    outgoing = doors(0, "127.0.0.1")
    command = AddHook(
        world.project_id, world.parties[PartyRole.CONTRACTOR], kind, "资料群", robot.url, secret
    )
    add_checked_hook(world.database, outgoing, world.actor("contractor"), command)
    return outgoing


@pytest.mark.parametrize("kind", list(HookKind))
@ON_SQLITE
def test_a_robot_is_told_what_its_party_is_told(
    database: Database, clock: SteppedClock, robot: Robot, kind: HookKind
):
    world = make_world(database)
    outgoing = hook(world, robot, kind, "SEC0123")
    released(world, "建施-01", "建施-02")
    clock.advance(QUARTER)
    assert deliver(world, outgoing) == 1
    posted = robot.posted[0]
    content = json.loads(posted.body)
    query = parse_qs(urlsplit(posted.path).query)
    if kind is HookKind.GENERIC:
        millis = posted.headers["X-OneSet-Timestamp"]
        expected = hmac.new(b"SEC0123", millis.encode() + b"." + posted.body, hashlib.sha256).hexdigest()
        assert posted.headers["X-OneSet-Signature"] == f"sha256={expected}"
        assert content["notices"][-1]["kind"] == "revision.released"
    else:
        text = content["markdown"]["content" if kind is HookKind.WECOM else "text"]
        assert "等 2 张" in text
        assert ("sign" in query) == (kind is HookKind.DINGTALK)


@ON_SQLITE
def test_a_robot_that_says_no_with_200_is_not_taken_for_success(
    database: Database, clock: SteppedClock, robot: Robot
):
    world = make_world(database)
    outgoing = hook(world, robot, HookKind.WECOM)
    robot.answer = b'{"errcode":93000,"errmsg":"invalid webhook url"}'
    released(world, "建施-01")
    clock.advance(QUARTER)
    deliver(world, outgoing)
    letter = only_letter(world)
    assert letter.sent_at is None
    assert letter.given_up_at is not None
    assert "93000" in letter.error


@ON_SQLITE
def test_redirects_are_not_followed(database: Database, clock: SteppedClock, robot: Robot):
    world = make_world(database)
    outgoing = hook(world, robot, HookKind.GENERIC)
    robot.status, robot.location = 302, "http://127.0.0.1:1/inner"
    released(world, "建施-01")
    clock.advance(QUARTER)
    deliver(world, outgoing)
    assert only_letter(world).error == "HTTP 302"


@ON_SQLITE
def test_a_removed_robot_is_forgotten(database: Database, clock: SteppedClock, robot: Robot):
    world = make_world(database)
    outgoing = hook(world, robot, HookKind.WECOM)
    released(world, "建施-01")
    with database.read() as session:
        known = session.scalars(sa.select(NoticeHook)).one()
    act(world, "contractor", lambda tx: remove_hook(tx, RemoveHook(known.id)))
    clock.advance(QUARTER)
    deliver(world, outgoing)
    assert robot.posted == []
    with database.read() as session:
        assert session.scalars(sa.select(NoticeHook.url)).one() == ""


@ON_SQLITE
def test_only_a_party_itself_sets_up_its_robots(database: Database, robot: Robot):
    world = make_world(database)
    outgoing = doors(0, "127.0.0.1")
    command = AddHook(world.project_id, world.parties[PartyRole.CONTRACTOR], "wecom", "群", robot.url)
    for name in ("owner", "contractor", "lead"):
        with pytest.raises(Refused) as refused:
            add_checked_hook(database, outgoing, world.actor(name), command)
        assert refused.value.code == "not-found", name


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("https://127.0.0.1/x", "hook-not-public"),
        ("https://localhost/x", "hook-not-public"),
        ("https://[::1]/x", "hook-not-public"),
        ("https://[::ffff:10.0.0.1]/x", "hook-not-public"),
        ("https://169.254.169.254/latest/meta-data", "hook-not-public"),
        ("https://10.0.0.8:8443/x", "hook-not-public"),
        ("https://2130706433/x", "hook-not-public"),
        ("https://0x7f000001/x", "hook-not-public"),
        ("http://example.org/x", "hook-needs-https"),
        ("ftp://example.org/x", "hook-needs-https"),
        ("file:///etc/passwd", "hook-form"),
        ("https://user:pass@example.org/", "hook-form"),
        ("https://例子.cn/", "hook-form"),
        ("https://no-such-host.invalid/", "hook-unknown-host"),
        ("https://exa mple.org/", "hook-form"),
        ("https://[::1", "hook-form"),
        ("", "hook-form"),
    ],
)
def test_inner_addresses_are_refused(url: str, code: str):
    with pytest.raises(NoSuchPlace) as refused:
        doors().place(url)
    assert refused.value.code == code
