"""Every route of the intake, as those who may and those who may not ask it."""

from pathlib import Path

import pytest

from tests.samples import sample
from tests.web.intake_house import House, metadata, upload_headers

PLAN = ("annex", "pdf", "TRN_PP_AR-5-01_V01_Korruseplaan.pdf")
ROOF = ("annex", "pdf", "TRN_PP_AR-5-02_V01_Katuse-plaan.pdf")


def prepare_batch(house: House) -> str:
    """The batch of this module: two real sheets, read."""
    intake_id = house.open()
    house.take(intake_id, [sample(*PLAN), sample(*ROOF)])
    return intake_id


def test_a_clerk_opens_a_batch_and_lands_on_its_table(house: House) -> None:
    clerk = house.client("designer")
    form = {"title": "结构 第一批", "purpose": "design", "csrf_token": clerk.token}
    answer = clerk.client.post(f"/projects/{house.world.project_id}/intakes", data=form)
    assert answer.status_code == 303
    page = clerk.client.get(answer.headers["Location"])
    assert page.status_code == 200
    assert "结构 第一批" in page.text
    assert "把图纸拖到这里" in page.text
    listed = clerk.client.get(f"/projects/{house.world.project_id}/intakes")
    assert "结构 第一批" in listed.text


@pytest.mark.parametrize("name", ["stranger", "contractor", "admin"])
def test_a_foreign_batch_does_not_exist_for_outsiders(house: House, batch: str, name: str) -> None:
    row = house.table(batch).rows[0].id
    outsider = house.client(name)
    for method, path, body in [
        ("GET", f"/intakes/{batch}", None),
        ("GET", f"/intakes/{batch}.json", None),
        ("GET", f"/intake-rows/{row}/thumb.webp", None),
        ("GET", f"/intake-rows/{row}/block.png", None),
        ("GET", f"/intakes/{batch}/history-table.xlsx", None),
        ("PATCH", f"/intake-rows/{row}", {"version": 1, "values": {"title": "x"}}),
        ("PATCH", f"/intakes/{batch}/rows", {"rows": [{"id": row, "version": 1, "values": {"title": "x"}}]}),
        ("POST", f"/intakes/{batch}/accept", {"rows": [row]}),
        ("POST", f"/intakes/{batch}/accept", {"rows": [row], "rehearse": True}),
        ("POST", f"/intakes/{batch}/leave-out", {"rows": [row]}),
        ("POST", f"/intakes/{batch}/take-back", {"rows": [row]}),
        ("POST", f"/intakes/{batch}/close", {}),
        ("POST", f"/intakes/{batch}/learn", {"row": row, "field": "title"}),
        ("POST", f"/intakes/{batch}/learn", {"rows": [row]}),
        ("POST", f"/intakes/{batch}/learn", {"forget": "title"}),
        ("POST", f"/intakes/{batch}/history-table", {}),
    ]:
        assert outsider.ask(method, path, body).status_code == 404, (method, path)
    assert house.table(batch).rows[0].version == 1


def test_a_checker_of_the_same_firm_sees_the_table_and_may_not_change_it(house: House, batch: str) -> None:
    checker = house.client("checker")
    found = checker.data(batch)
    assert found["intake"]["mayEdit"] is False
    row = found["rows"][0]
    answer = checker.ask(
        "PATCH", f"/intake-rows/{row['id']}", {"version": row["version"], "values": {"title": "x"}}
    )
    assert answer.status_code == 403
    assert answer.get_json()["code"] == "forbidden"


def test_without_signing_in_nothing_answers(house: House, batch: str) -> None:
    visitor = house.application.test_client()
    answer = visitor.get(f"/intakes/{batch}.json", headers={"Accept": "application/json"})
    assert answer.status_code == 401
    assert visitor.open("/uploads", method="POST", headers=upload_headers()).status_code == 401


@pytest.mark.parametrize("path", ["accept", "leave-out", "take-back", "close", "learn", "history-table"])
def test_an_act_without_the_forgery_token_is_refused(house: House, batch: str, path: str) -> None:
    clerk = house.client("designer")
    clerk.token = "wrong"
    answer = clerk.ask("POST", f"/intakes/{batch}/{path}", {"rows": []})
    assert (answer.status_code, answer.get_json()["code"]) == (400, "forged-request")


def test_the_table_tells_values_with_their_source_and_where_they_stand(house: House, batch: str) -> None:
    rows = house.client("designer").data(batch)["rows"]
    assert [r["page"] for r in rows] == [1, 1]
    read = rows[0]["read"]
    assert "AR-5-01" in rows[0]["values"]["number"]
    assert read["number"][1] in {"cell", "label", "pattern", "file_name"}
    assert 0 < read["number"][2] <= 1
    x0, y0, x1, y1 = rows[0]["crop"]
    assert x0 < x1
    assert y0 < y1


def test_unchanged_data_answers_304(house: House, batch: str) -> None:
    clerk = house.client("designer")
    first = clerk.ask("GET", f"/intakes/{batch}.json")
    again = clerk.ask("GET", f"/intakes/{batch}.json", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert again.headers["Cache-Control"] == "private, no-cache"


def test_pictures_of_a_row_come_with_headers_that_keep_them_private_and_still(
    house: House, batch: str
) -> None:
    clerk = house.client("designer")
    row = house.table(batch).rows[0].id
    for path, kind, magic in [("thumb.webp", "image/webp", b"RIFF"), ("block.png", "image/png", b"\x89PNG")]:
        answer = clerk.client.get(f"/intake-rows/{row}/{path}")
        assert answer.status_code == 200
        assert answer.data.startswith(magic)
        assert answer.content_type == kind
        assert "private" in answer.headers["Cache-Control"]
        assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
        same = clerk.client.get(
            f"/intake-rows/{row}/{path}", headers={"If-None-Match": answer.headers["ETag"]}
        )
        assert same.status_code == 304


def test_a_correction_is_saved_with_its_building_and_marks_the_field(house: House, batch: str) -> None:
    clerk = house.client("designer")
    row = clerk.data(batch)["rows"][0]
    body = {
        "version": row["version"],
        "values": {"title": "一层平面图"},
        "building_id": house.world.building_id,
    }
    answer = clerk.ask("PATCH", f"/intake-rows/{row['id']}", body)
    assert answer.status_code == 200
    now = clerk.data(batch)["rows"][0]
    assert now["values"]["title"] == "一层平面图"
    assert now["building"] == house.world.building_id
    assert now["corrected"] == ["title"]
    assert now["version"] == row["version"] + 1


def test_a_stale_version_answers_409_with_the_row_as_it_is_now(house: House, batch: str) -> None:
    clerk, other = house.client("designer"), house.client("lead")
    row = clerk.data(batch)["rows"][0]
    path, version = f"/intake-rows/{row['id']}", row["version"]
    assert other.ask("PATCH", path, {"version": version, "values": {"title": "他人所填"}}).status_code == 200
    answer = clerk.ask("PATCH", path, {"version": version, "values": {"title": "我填的"}})
    told = answer.get_json()
    assert answer.status_code == 409
    assert told["refused"][row["id"]]["code"] == "stale-version"
    assert told["rows"][0]["values"]["title"] == "他人所填"


@pytest.mark.parametrize(
    ("values", "status"),
    [
        ({"discipline": "wizardry"}, 422),
        ({"stage": "someday"}, 422),
        ({"title": "a\u202eb"}, 422),
        ({"title": "x" * 301}, 422),
        ({"revision_id": "x"}, 422),
        ({"title": 5}, 422),
    ],
)
def test_a_value_that_cannot_stand_is_refused_and_nothing_is_written(
    house: House, batch: str, values: dict[str, object], status: int
) -> None:
    clerk = house.client("designer")
    row = clerk.data(batch)["rows"][0]
    answer = clerk.ask("PATCH", f"/intake-rows/{row['id']}", {"version": row["version"], "values": values})
    assert answer.status_code == status, answer.text
    assert clerk.data(batch)["rows"][0]["version"] == row["version"]


def test_a_foreign_building_is_refused_before_anything_of_the_row_is_written(
    house: House, batch: str
) -> None:
    clerk = house.client("designer")
    row = clerk.data(batch)["rows"][0]
    body = {"version": row["version"], "values": {"title": "新图名"}, "building_id": house.world.project_id}
    answer = clerk.ask("PATCH", f"/intake-rows/{row['id']}", body)
    assert answer.status_code == 422
    assert clerk.data(batch)["rows"][0]["values"]["title"] == row["values"]["title"]


def test_many_cells_are_saved_in_one_act_and_a_bad_row_does_not_stop_the_others(
    house: House, batch: str
) -> None:
    clerk = house.client("designer")
    good, bad = clerk.data(batch)["rows"]
    rows = [
        {"id": good["id"], "version": good["version"], "values": {"title": "好的", "scale": "1:50"}},
        {"id": bad["id"], "version": bad["version"], "values": {"discipline": "wizardry", "title": "不写"}},
        {"id": "nobody", "version": 1, "values": {"title": "x"}},
    ]
    told = clerk.ask("PATCH", f"/intakes/{batch}/rows", {"rows": rows}).get_json()
    assert told["done"] == [good["id"]]
    assert {told["refused"][i]["code"] for i in (bad["id"], "nobody")} == {"invalid-input", "not-found"}
    now = clerk.data(batch)["rows"]
    assert (now[0]["values"]["title"], now[0]["values"]["scale"]) == ("好的", "1:50")
    assert now[1]["values"].get("title") == bad["values"].get("title")


def test_a_rehearsal_says_what_acceptance_would_do_and_leaves_no_trace(house: House, batch: str) -> None:
    clerk = house.client("designer")
    rows = [r["id"] for r in clerk.data(batch)["rows"]]
    told = clerk.ask("POST", f"/intakes/{batch}/accept", {"rows": rows, "rehearse": True}).get_json()
    assert (told["newSheets"], told["newRevisions"], told["refused"]) == (2, 0, {})
    assert [r["state"] for r in clerk.data(batch)["rows"]] == ["proposed", "proposed"]


def test_accepted_rows_become_sheets_and_the_rest_says_why_not(house: House, batch: str) -> None:
    clerk = house.client("designer")
    first, second = clerk.data(batch)["rows"]
    emptied = {"version": second["version"], "values": {"title": ""}}
    assert clerk.ask("PATCH", f"/intake-rows/{second['id']}", emptied).status_code == 200
    body = {"rows": [first["id"], second["id"]]}
    rehearsed = clerk.ask("POST", f"/intakes/{batch}/accept", {**body, "rehearse": True}).get_json()
    assert list(rehearsed["refused"]) == [second["id"]]
    told = clerk.ask("POST", f"/intakes/{batch}/accept", body).get_json()
    assert told["done"] == [first["id"]]
    assert told["refused"][second["id"]]["code"] == "invalid-input"
    assert clerk.data(batch)["rows"][0]["state"] == "accepted"
    register = clerk.ask("GET", f"/projects/{house.world.project_id}/register").get_json()
    assert len(register["rows"]) == 1


def test_a_newer_file_of_a_sheet_is_announced_as_a_new_revision(house: House, batch: str) -> None:
    clerk = house.client("designer")
    rows = [r["id"] for r in clerk.data(batch)["rows"]]
    clerk.ask("POST", f"/intakes/{batch}/accept", {"rows": rows})
    again = house.open()
    house.take(again, [sample("pdf", "A1_revA.pdf")])
    row = clerk.data(again)["rows"][0]
    known = house.table(batch).rows[0].values
    values = {name: known[name] for name in ("number", "title", "discipline")}
    clerk.ask("PATCH", f"/intake-rows/{row['id']}", {"version": row["version"], "values": values})
    assert "new-revision" in [w["code"] for w in clerk.data(again)["rows"][0]["warnings"]]
    told = clerk.ask("POST", f"/intakes/{again}/accept", {"rows": [row["id"]], "rehearse": True}).get_json()
    assert (told["newSheets"], told["newRevisions"] + told["filled"]) == (0, 1)


def test_a_number_that_exists_for_a_building_is_warned_of_when_the_building_was_forgotten(
    house: House, batch: str
) -> None:
    clerk = house.client("designer")
    row = clerk.data(batch)["rows"][0]
    named = {"number": "建施-01", "title": "一层平面图", "discipline": "arch"}
    body = {"version": row["version"], "values": named, "building_id": house.world.building_id}
    assert clerk.ask("PATCH", f"/intake-rows/{row['id']}", body).status_code == 200
    clerk.ask("POST", f"/intakes/{batch}/accept", {"rows": [row["id"]]})
    again = house.open()
    house.take(again, [sample(*ROOF)])
    other = clerk.data(again)["rows"][0]
    for building, expected in (("", ["other-place"]), (house.world.building_id, ["new-revision"])):
        version = clerk.data(again)["rows"][0]["version"]
        body = {"version": version, "values": named, "building_id": building}
        assert clerk.ask("PATCH", f"/intake-rows/{other['id']}", body).status_code == 200
        assert [w["code"] for w in clerk.data(again)["rows"][0]["warnings"]] == expected


def test_rows_are_left_out_and_taken_back(house: House, batch: str) -> None:
    clerk = house.client("designer")
    row = clerk.data(batch)["rows"][0]["id"]
    assert clerk.ask("POST", f"/intakes/{batch}/leave-out", {"rows": [row]}).get_json() == {"changed": 1}
    assert clerk.data(batch)["rows"][0]["state"] == "left_out"
    assert clerk.ask("POST", f"/intakes/{batch}/take-back", {"rows": [row]}).get_json() == {"changed": 1}
    assert clerk.data(batch)["rows"][0]["state"] == "proposed"


def test_a_closed_batch_shows_its_rows_and_takes_nothing_more(house: House, batch: str) -> None:
    clerk = house.client("designer")
    assert clerk.ask("POST", f"/intakes/{batch}/close", {}).status_code == 200
    found = clerk.data(batch)
    assert found["intake"]["mayEdit"] is False
    assert len(found["rows"]) == 2
    content = {"Content-Type": "application/offset+octet-stream"}
    headers = upload_headers(**{"Upload-Length": "4", "Upload-Metadata": metadata(batch, "a.pdf"), **content})
    answer = clerk.ask("POST", "/uploads", data=b"%PDF", headers=headers)
    assert answer.get_json()["code"] == "intake-closed"


def test_a_file_that_is_no_drawing_stays_with_its_reason_and_the_way_out(
    house: House, tmp_path: Path
) -> None:
    paths = {
        "说明.docx": b"PK\x03\x04xxxx[Content_Types].xml word/",
        "空.pdf": b"",
        "坏.pdf": b"%PDF-1.7 nothing",
    }
    intake_id = house.open()
    for name, data in paths.items():
        (tmp_path / name).write_bytes(data)
    house.take(intake_id, [tmp_path / name for name in paths])
    files = {f["name"]: f for f in house.client("designer").data(intake_id)["files"]}
    assert "Office" in files["说明.docx"]["reason"]
    assert "PDF" in files["说明.docx"]["wayOut"]
    assert "空文件" in files["空.pdf"]["reason"]
    assert "重新拷贝" in files["空.pdf"]["wayOut"]
    assert files["坏.pdf"]["code"] == "pdf-unreadable"
    assert {f["state"] for f in files.values()} == {"refused"}


def test_words_of_the_page_follow_the_language(house: House, batch: str) -> None:
    clerk = house.client("designer")
    clerk.client.post("/language", data={"language": "en", "csrf_token": clerk.token})
    page = clerk.client.get(f"/intakes/{batch}").text
    assert "Drop drawings here" in page
    assert "Title block" in page
    assert "图签" not in page
