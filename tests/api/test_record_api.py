"""From upload to the set in force, through the API, with the package that a stranger can check."""

import csv
import hashlib
import io
import subprocess
import zipfile
from datetime import timedelta
from pathlib import Path

import openpyxl
import pytest

from app.kernel.ledger.merkle import verify_inclusion
from storage.errors import Corrupt
from tests.api.conftest import Api
from tests.api.lives import accept, drawing, open_batch, release, released_set, send

EVIL = '=cmd|"/C calc"!A0'


def _package(asked: Api, **query: str) -> bytes:
    answer = asked.ask(
        "contractor", "GET", f"/projects/{asked.world.project_id}/record.zip", query_string=query
    )
    assert answer.status_code == 200, answer.data
    return answer.data


def test_a_package_passes_sha256sum_and_holds_the_exact_bytes(asked: Api, tmp_path: Path) -> None:
    titles = {"建施-01": "一层平面图", "A/1:../..\\x": "a<b>|?* 名称", "建施-02": "CON"}
    released_set(asked, titles)
    data = _package(asked)
    target = tmp_path / "unpacked"
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        archive.extractall(target)
    assert len(names) == 5
    assert not any(".." in n or n.startswith("/") or "\\" in n for n in names)
    checked = subprocess.run(
        ["sha256sum", "-c", "--strict", "SHA256SUMS"], cwd=target, capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert checked.stdout.count(": OK") == 4
    sent = {hashlib.sha256(drawing(f"sheet {n.encode().hex()}")).hexdigest() for n in titles}
    assert {
        hashlib.sha256((target / n).read_bytes()).hexdigest() for n in names if n.endswith(".pdf")
    } == sent


def test_the_same_question_about_a_fixed_knowledge_gives_the_same_package(asked: Api) -> None:
    released_set(asked, {"建施-01": "一层平面图"})
    past = asked.services.clock.now().isoformat().replace("+00:00", "Z")
    asked.services.clock.advance(timedelta(days=1))  # type: ignore[attr-defined]
    released_set(asked, {"建施-09": "屋顶平面图"})
    asked.services.clock.advance(timedelta(days=1))  # type: ignore[attr-defined]
    released_set(asked, {"建施-10": "节点"})
    first, later = _package(asked, as_of=past, known_at=past), _package(asked, as_of=past, known_at=past)
    assert first == later
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        assert len(archive.namelist()) == 3
    now = asked.ask("contractor", "GET", f"/projects/{asked.world.project_id}/record").json
    assert [i["number"] for i in now["items"]] == ["建施-01", "建施-09", "建施-10"]
    then = asked.ask(
        "contractor", "GET", f"/projects/{asked.world.project_id}/record", query_string={"as_of": past}
    ).json
    assert [i["number"] for i in then["items"]] == ["建施-01"]


def test_a_damaged_object_never_arrives_as_a_whole_package(asked: Api) -> None:
    released_set(asked, {"建施-01": "一层平面图"})
    sha256 = hashlib.sha256(drawing(f"sheet {'建施-01'.encode().hex()}")).hexdigest()
    with asked.services.store.local_copy(sha256) as path:
        path.chmod(0o600)
        data = bytearray(path.read_bytes())
        data[-3] ^= 1
        path.write_bytes(bytes(data))
    answer = asked.ask("contractor", "GET", f"/projects/{asked.world.project_id}/record.zip", buffered=False)
    received = bytearray()
    with pytest.raises(Corrupt):
        for chunk in answer.response:
            received += chunk
    assert not zipfile.is_zipfile(io.BytesIO(bytes(received)))


def test_a_baseline_has_the_digest_of_the_set_and_its_lines_prove_it(asked: Api) -> None:
    released_set(asked, {"建施-01": "一层平面图", "建施-02": "二层平面图"})
    made = asked.ask("owner", "POST", f"/projects/{asked.world.project_id}/baselines", json={"title": "开工"})
    assert made.status_code == 201
    found = asked.ask("contractor", "GET", f"/baselines/{made.json['id']}").json
    assert (
        hashlib.sha256("".join(f"{line}\n" for line in found["lines"]).encode()).hexdigest()
        == found["baseline"]["digest"]
    )
    current = asked.ask("contractor", "GET", f"/projects/{asked.world.project_id}/record").json
    assert current["digest"] == found["baseline"]["digest"]
    assert asked.ask("stranger", "GET", f"/baselines/{made.json['id']}").status_code == 404


def test_bytes_come_with_digests_names_in_both_forms_and_ranges(asked: Api) -> None:
    revisions = released_set(asked, {"建施-01": '平面"图\r\nX: y'})
    revision = asked.ask("contractor", "GET", f"/revisions/{revisions['建施-01']}").json
    rendition = revision["renditions"][0]
    here = f"/renditions/{rendition['id']}/bytes"
    whole = asked.ask("contractor", "GET", here)
    assert hashlib.sha256(whole.data).hexdigest() == rendition["sha256"] == whole.headers["X-OneSet-SHA256"]
    disposition = whole.headers["Content-Disposition"]
    assert 'filename="' in disposition
    assert "filename*=UTF-8''%E5%BB%BA" in disposition
    part = asked.ask("contractor", "GET", here, headers={"Range": "bytes=5-9"})
    assert (part.status_code, part.data) == (206, whole.data[5:10])
    assert part.headers["Content-Range"] == f"bytes 5-9/{len(whole.data)}"
    tail = asked.ask("contractor", "GET", here, headers={"Range": "bytes=-4"})
    assert tail.data == whole.data[-4:]
    assert asked.ask("contractor", "GET", here, headers={"Range": "bytes=999999999-"}).status_code == 416
    assert (
        asked.ask("contractor", "GET", here, headers={"If-None-Match": whole.headers["ETag"]}).status_code
        == 304
    )
    assert asked.ask("stranger", "GET", here).status_code == 404


def test_an_export_holds_text_and_never_a_formula(asked: Api) -> None:
    released_set(asked, {"建施-01": EVIL, "-1+2": "@SUM(A1)"})
    here = f"/projects/{asked.world.project_id}/register"
    text = asked.ask("contractor", "GET", f"{here}.csv").data
    assert text.startswith(b"\xef\xbb\xbf")
    cells = [c for row in csv.reader(io.StringIO(text.decode("utf-8-sig"))) for c in row]
    assert not [c for c in cells if c[:1] in tuple("=+-@")]
    assert f"'{EVIL}" in cells
    book = openpyxl.load_workbook(io.BytesIO(asked.ask("contractor", "GET", f"{here}.xlsx").data))
    found = {c.value: c.data_type for row in book.active.iter_rows() for c in row}
    assert found[EVIL] == "s"
    assert "f" not in found.values()
    english = asked.ask("contractor", "GET", f"{here}.csv", query_string={"language": "en"}).data.decode(
        "utf-8-sig"
    )
    assert english.startswith("Number,Title,Discipline")


def test_the_public_status_follows_the_copy_through_its_life(asked: Api) -> None:
    first = released_set(asked, {"建施-01": "一层平面图"})
    code = asked.ask("owner", "GET", f"/revisions/{first['建施-01']}").json["short_code"]
    current = asked.ask(None, "GET", f"/status/{code}").json
    assert (current["status"], current["number"], current["project"]) == ("current", "建施-01", "滨河小学")
    intake = open_batch(asked)
    send(asked, intake, "b.pdf", drawing("second"))
    asked.work()
    second = accept(asked, intake, {"b.pdf": ("建施-01", "一层平面图")})
    draft = asked.ask("designer", "GET", f"/revisions/{second['建施-01']}").json["short_code"]
    assert asked.ask(None, "GET", f"/status/{draft}").json["status"] == "not_released"
    release(asked, list(second.values()))
    old = asked.ask(None, "GET", f"/status/{code}").json
    assert (old["status"], old["superseded_by"]) == ("superseded", "B")
    assert old["since"] is not None
    cancel = {"revisions": list(second.values()), "basis": "变更单 7"}
    asked.ask("owner", "POST", f"/projects/{asked.world.project_id}/revisions/cancel", json=cancel)
    assert asked.ask(None, "GET", f"/status/{code}").json["status"] == "void"
    project = asked.ask("owner", "GET", f"/projects/{asked.world.project_id}")
    body = {
        k: project.json[k]
        for k in (
            "name",
            "name_en",
            "short_name",
            "region_code",
            "address",
            "timezone",
            "is_name_public",
            "policy",
        )
    }
    put = asked.ask(
        "owner",
        "PUT",
        f"/projects/{asked.world.project_id}",
        json={**body, "is_restricted": True},
        headers={"If-Match": project.headers["ETag"]},
    )
    assert put.status_code == 200, put.data
    silent = asked.ask(None, "GET", f"/status/{code}").json
    assert (silent["status"], silent["number"], silent["project"], silent["rev_label"]) == (
        "void",
        "",
        "",
        "",
    )


def test_an_entry_is_proved_to_those_who_see_its_project_only(asked: Api) -> None:
    released_set(asked, {"建施-01": "一层平面图"})
    with asked.services.database.read() as session:
        from app.kernel.ledger.models import LedgerEntry  # noqa: PLC0415

        leaf = session.query(LedgerEntry.leaf).filter_by(type="revision.released").scalar()
    entry = asked.ask("contractor", "GET", f"/ledger/entries/{leaf}").json
    assert entry["status"] == "in_tree"
    assert hashlib.sha256(b"\0" + entry["body"].encode()).hexdigest() == leaf
    proof = asked.ask("contractor", "GET", f"/ledger/entries/{leaf}/proof").json
    tree = asked.ask("contractor", "GET", "/ledger").json
    assert (proof["size"], proof["root"]) == (tree["size"], tree["root"])
    path = [bytes.fromhex(d) for d in proof["path"]]
    verify_inclusion(bytes.fromhex(leaf), proof["index"], proof["size"], path, bytes.fromhex(proof["root"]))
    assert asked.ask("stranger", "GET", f"/ledger/entries/{leaf}").status_code == 404
