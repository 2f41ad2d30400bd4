"""Evidence from a time stamping service and from lists that are really fetched, on this machine."""

import socket
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from asn1crypto import pem

from app.kernel.errors import Refused
from app.seals.demo_pki import DemoAuthority
from app.seals.rules import Level, SealKind, Verdict
from app.seals.sealing.evidence_http import Shelf, Sources, http_evidence
from app.seals.sealing.fetching import FetchError, Service, fetch
from app.seals.sealing.fields import place_fields
from app.seals.sealing.pades import Act, Desk
from app.seals.sealing.renewing import renew
from app.seals.verifying.gate import judge
from app.seals.verifying.trust import TrustList
from tests.peers.tsa import serving
from tests.seals import sealing_set as given

LATER = datetime.now(UTC) + timedelta(days=31)


@pytest.fixture
def authority():
    with serving(given.authority()) as known:
        yield known


@pytest.fixture
def sources(authority) -> Sources:
    demo = authority.demo
    return Sources(
        Service(authority.url + "/tsa", timeout=10),
        [demo.root.asn1],
        [demo.issuing.asn1],
        [Service(f"{authority.url}/{name}.crl", timeout=10) for name in ("root", "issuing")],
    )


@pytest.fixture
def path(tmp_path):
    path = given.sheet(tmp_path / "sheet.pdf")
    path.write_bytes(place_fields(path.read_bytes(), given.fields([SealKind.ISSUE, SealKind.REVIEW])))
    return path


def seal(path, sources, level, field="issue-0"):
    return Desk(given.sealer(), level, http_evidence(sources)).seal(path, path, Act(field))


def refused(path, sources, level) -> Refused:
    """The refusal; the file is as it was, and alone."""
    before = path.read_bytes()
    with pytest.raises(Refused) as caught:
        seal(path, sources, level)
    assert path.read_bytes() == before
    assert [one.name for one in path.parent.iterdir()] == [path.name]
    assert caught.value.message.zh
    return caught.value


@pytest.mark.parametrize("level", list(Level))
def test_sealed_with_a_service_and_lists_that_are_far_away(path, sources, authority, level):
    seal(path, sources, level)
    crls = authority.demo.crls(datetime.now(UTC)) if level in {Level.B, Level.T} else ()
    trust = TrustList.of("test", "1", sources.roots, certificates=sources.issuers, crls=crls)
    report = judge(path.read_bytes(), trust, datetime.now(UTC))
    assert (report.verdict, report.codes) == (Verdict.VALID, frozenset())
    assert report.seals[0].level is level
    assert ("/tsa" in authority.asked) == (level is not Level.B)


def test_a_file_is_renewed_with_it(path, sources):
    seal(path, sources, Level.T)
    renew(path, path, http_evidence(sources))
    trust = TrustList.of("test", "1", sources.roots)
    assert judge(path.read_bytes(), trust, datetime.now(UTC)).codes == frozenset()


def test_many_sheets_ask_once_for_lists_and_once_for_each_stamp(path, sources, authority, tmp_path):
    desk = Desk(given.sealer(), Level.LTA, http_evidence(sources))
    for n in range(3):
        desk.seal(path, tmp_path / f"{n}.pdf", Act("issue-0"))
    assert authority.asked.count("/root.crl") == authority.asked.count("/issuing.crl") == 1
    assert authority.asked.count("/tsa") == 7


def test_what_a_service_wants_to_hear_is_sent(path, sources, authority):
    told = replace(sources, tsa=replace(sources.tsa, headers={"Authorization": "Basic eDp5"}))
    seal(path, told, Level.T)
    posted = [one for one in authority.headers if "Authorization" in one]
    assert posted
    assert {one["Content-Type"] for one in posted} == {"application/timestamp-query"}


UNREACHABLE = ["slow", "drip", "error", "elsewhere", "cut off", "a page", "huge"]
USELESS = [
    "late clock",
    "other question",
    "other nonce",
    "stranger",
    "wrong signature",
    "rejects",
    "garbage",
    "nothing",
]


@pytest.mark.parametrize("how", [*UNREACHABLE, *USELESS])
def test_a_service_that_does_not_do_its_work_is_a_refusal(path, sources, authority, how):
    authority.how = how
    patient = replace(sources, tsa=replace(sources.tsa, timeout=0.3 if how in {"slow", "drip"} else 10))
    error = refused(path, patient, Level.T)
    assert error.code == ("time-stamp-unreachable" if how in UNREACHABLE else "time-stamp-refused")
    assert "/other" not in authority.asked


def test_a_service_that_goes_wrong_half_way_leaves_no_half_file(path, sources, authority):
    """At B-LTA the first stamp is in the seal, the second over the file."""
    desk = Desk(given.sealer(), Level.LTA, http_evidence(sources))
    desk.seal(path, path, Act("issue-0"))
    before = path.read_bytes()
    ask = authority.stamp

    def once(request: object, by: object = None) -> object:
        made = ask(request, by)
        authority.how = "error"
        return made

    authority.stamp = once
    with pytest.raises(Refused):
        desk.seal(path, path, Act("review-1"))
    assert path.read_bytes() == before
    assert [one.name for one in path.parent.iterdir()] == [path.name]


def test_nobody_there_is_a_refusal_too(path, sources):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        closed = f"http://127.0.0.1:{probe.getsockname()[1]}/tsa"
    for url in (closed, "ftp://127.0.0.1/", "http:///tsa", "file:///etc/passwd"):
        assert (
            refused(path, replace(sources, tsa=Service(url, timeout=2)), Level.T).code
            == "time-stamp-unreachable"
        )


def test_a_service_that_changes_its_certificate_is_refused(path, sources, authority):
    evidence = http_evidence(sources)
    desk = Desk(given.sealer(), Level.LT, evidence)
    desk.seal(path, path, Act("issue-0"))
    old = authority.demo
    again = DemoAuthority.found(datetime.now(UTC) - timedelta(days=1))
    authority.demo = replace(old, tsa=again.tsa)
    with pytest.raises(Refused) as caught:
        desk.seal(path, path, Act("review-1"))
    assert "changed" in str(caught.value.data["reason"])


def test_a_service_whose_certificate_was_revoked_is_refused(path, sources, authority):
    authority.demo = replace(
        authority.demo, revoked={authority.demo.tsa.certificate.serial_number: datetime.now(UTC)}
    )
    assert refused(path, sources, Level.T).code == "time-stamp-refused"


def test_a_service_is_known_by_its_own_certificate(sources, path, tmp_path_factory):
    place = tmp_path_factory.mktemp("tls") / "server.pem"
    with serving(given.authority(), tls_into=place) as known:
        trusted = Service(known.url + "/tsa", timeout=10, authorities=place)
        seal(path, replace(sources, tsa=trusted), Level.T)
        stranger = Service(known.url + "/tsa", timeout=10)
        assert refused_field(path, replace(sources, tsa=stranger)).code == "time-stamp-unreachable"


def refused_field(path, sources) -> Refused:
    with pytest.raises(Refused) as caught:
        seal(path, sources, Level.T, "review-1")
    return caught.value


# -- lists


@pytest.mark.parametrize("how", ["error", "garbage", "old"])
def test_lists_that_cannot_be_had_are_a_refusal(path, sources, authority, how):
    authority.lists = how
    assert refused(path, sources, Level.LT).code == "revocation-lists-missing"


def test_a_list_serves_until_the_next_is_due(sources, authority):
    shelf = Shelf(sources.lists, None)
    now = datetime.now(UTC)
    first = shelf.revocation(now).crls
    authority.lists = "error"
    assert shelf.revocation(now + timedelta(days=29)).crls == first
    with pytest.raises(Refused):
        shelf.revocation(LATER)


def test_lists_from_a_folder(path, sources, authority, tmp_path_factory):
    folder = tmp_path_factory.mktemp("lists")
    local = replace(sources, lists=(), folder=folder)
    assert refused(path, local, Level.LT).code == "revocation-lists-missing"
    of_root, of_issuing = authority.demo.crls(datetime.now(UTC))
    (folder / "root.crl").write_bytes(of_root.dump())
    (folder / "issuing.crl").write_bytes(pem.armor("X509 CRL", of_issuing.dump()))
    (folder / "readme.txt").write_text("not a list")
    old_root, _ = authority.demo.crls(datetime.now(UTC) - timedelta(days=60))
    (folder / "old.crl").write_bytes(old_root.dump())
    shelf = Shelf((), folder)
    assert len(shelf.revocation(datetime.now(UTC)).crls) == 2
    seal(path, local, Level.LT)
    assert (
        judge(path.read_bytes(), TrustList.of("t", "1", sources.roots), datetime.now(UTC)).codes
        == frozenset()
    )
    (folder / "bad.crl").write_bytes(b"bad")
    with pytest.raises(Refused) as caught:
        shelf.revocation(datetime.now(UTC))
    assert caught.value.code == "revocation-lists-missing"
    (folder / "bad.crl").unlink()
    with pytest.raises(Refused):
        shelf.revocation(LATER)


def test_a_newer_list_in_the_folder_is_seen(authority, tmp_path):
    place = tmp_path / "issuing.crl"
    shelf = Shelf((), tmp_path)
    place.write_bytes(authority.demo.crls(datetime.now(UTC))[1].dump())
    [before] = shelf.revocation(datetime.now(UTC)).crls
    newer = replace(authority.demo, revoked={5: datetime.now(UTC) - timedelta(hours=1)})
    place.write_bytes(newer.crls(datetime.now(UTC))[1].dump())
    [after] = shelf.revocation(datetime.now(UTC)).crls
    assert before.dump() != after.dump()


def test_an_answer_is_fetched_whole_or_not_at_all(authority):
    assert fetch(Service(authority.url + "/root.crl"))
    with pytest.raises(FetchError, match="more than 10 bytes"):
        fetch(Service(authority.url + "/root.crl", most=10))
