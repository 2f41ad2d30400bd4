"""Uploads of the browser over HTTP: tus 1.0 with the session's cookie."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.samples import sample
from tests.web.intake_house import Clerk, House, metadata, running_house, upload_headers

CHUNK = {"Content-Type": "application/offset+octet-stream"}


@pytest.fixture
def house(tmp_path: Path, sqlite_template: Path) -> Iterator[House]:
    with running_house(tmp_path / "data", sqlite_template) as running:
        yield running


def begin(clerk: Clerk, intake_id: str, length: int, name: str = "平面图.pdf") -> str:
    headers = upload_headers(**{"Upload-Length": str(length), "Upload-Metadata": metadata(intake_id, name)})
    answer = clerk.ask("POST", "/uploads", headers=headers)
    assert answer.status_code == 201, answer.text
    return str(answer.headers["Location"])


def test_a_file_sent_in_pieces_arrives_whole_and_is_read(house: House) -> None:
    data = sample("pdf", "A1_revA.pdf").read_bytes()
    clerk, intake_id = house.client("designer"), house.open()
    address, offset = begin(clerk, intake_id, len(data), "建筑/平面图.pdf"), 0
    while offset < len(data):
        piece = data[offset : offset + 30_000]
        answer = clerk.ask(
            "PATCH", address, data=piece, headers=upload_headers(**CHUNK, **{"Upload-Offset": str(offset)})
        )
        assert answer.status_code == 204
        offset = int(answer.headers["Upload-Offset"])
    assert answer.headers["X-OneSet-SHA256"] == hashlib.sha256(data).hexdigest()
    house.read()
    file = clerk.data(intake_id)["files"][0]
    assert (file["name"], file["state"], file["size"]) == ("建筑/平面图.pdf", "ready", len(data))


def test_an_upload_goes_on_after_the_server_was_started_anew(tmp_path: Path, sqlite_template: Path) -> None:
    data = b"%PDF-1.7 " + bytes(range(256)) * 400
    with running_house(tmp_path / "data", sqlite_template) as house:
        clerk, intake_id, people = house.client("designer"), house.open(), house.world.people
        address = begin(clerk, intake_id, len(data))
        headers = upload_headers(**CHUNK, **{"Upload-Offset": "0"})
        assert clerk.ask("PATCH", address, data=data[:5_000], headers=headers).status_code == 204
    with running_house(tmp_path / "data", sqlite_template) as house:
        house.world.people |= people
        clerk = house.client("designer")
        told = clerk.ask("HEAD", address, headers=upload_headers())
        assert told.headers["Upload-Offset"] == "5000"
        headers = upload_headers(**CHUNK, **{"Upload-Offset": "5000"})
        answer = clerk.ask("PATCH", address, data=data[5_000:], headers=headers)
        assert answer.headers["X-OneSet-SHA256"] == hashlib.sha256(data).hexdigest()
        assert len(clerk.data(intake_id)["files"]) == 1


def test_an_upload_asked_about_after_its_end_is_still_one_file(house: House) -> None:
    clerk, intake_id = house.client("designer"), house.open()
    address = begin(clerk, intake_id, 4)
    clerk.ask("PATCH", address, data=b"%PDF", headers=upload_headers(**CHUNK, **{"Upload-Offset": "0"}))
    told = clerk.ask("HEAD", address, headers=upload_headers())
    assert (told.status_code, told.headers["Upload-Offset"]) == (200, "4")
    assert len(clerk.data(intake_id)["files"]) == 1


@pytest.mark.parametrize("name", ["checker", "contractor", "stranger"])
def test_who_may_not_upload_is_refused_before_a_byte_is_stored(house: House, name: str) -> None:
    intake_id = house.open()
    headers = upload_headers(**{"Upload-Length": "9", "Upload-Metadata": metadata(intake_id, "x.pdf")})
    answer = house.client(name).ask("POST", "/uploads", headers=headers)
    assert answer.status_code == (403 if name == "checker" else 404)
    assert answer.get_json()["way_out"]
    assert not list(house.services.staging.root.iterdir())


def test_somebody_elses_upload_does_not_exist(house: House) -> None:
    clerk, intake_id = house.client("designer"), house.open()
    address = begin(clerk, intake_id, 10)
    for other in ("lead", "stranger"):
        assert house.client(other).ask("HEAD", address, headers=upload_headers()).status_code == 404
        assert house.client(other).ask("DELETE", address, headers=upload_headers()).status_code == 404
    assert clerk.ask("HEAD", address, headers=upload_headers()).status_code == 200


def test_a_wrong_offset_is_refused_in_words_a_script_and_a_person_understand(house: House) -> None:
    clerk, intake_id = house.client("designer"), house.open()
    address = begin(clerk, intake_id, 10)
    answer = clerk.ask(
        "PATCH", address, data=b"abc", headers=upload_headers(**CHUNK, **{"Upload-Offset": "5"})
    )
    assert answer.status_code == 409
    assert answer.get_json()["data"] == {"offset": 0}


def test_a_page_of_another_site_cannot_upload(house: House) -> None:
    clerk, intake_id = house.client("designer"), house.open()
    headers = upload_headers(**{"Upload-Length": "1", "Upload-Metadata": metadata(intake_id, "x.pdf")})
    answer = clerk.ask("POST", "/uploads", headers={**headers, "Origin": "https://evil.example"})
    assert (answer.status_code, answer.get_json()["code"]) == (400, "forged-request")
