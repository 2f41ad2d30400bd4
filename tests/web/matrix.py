"""Who may what on which page: the expected outcome of every route for every seat (SECURITY section 3, rows 1 and 33).

The table is written by hand from DOMAIN 2.11; nothing in it is computed from the product.
"""

from typing import Any

from tests.web.matrix_case import (
    ADMIN,
    DESIGN,
    FREEZERS,
    NOT_FOUND,
    OK,
    OWNERS,
    PREPARE,
    RECORD,
    SEATED,
    SEEN,
    SIGN_IN,
    SIGNED_IN,
    Case,
    by_state,
    form_of,
    get,
    post,
    revisions_in,
    rows_of,
)
from tests.web.matrix_changes import CHANGE_CASES
from tests.web.matrix_distribution import DISTRIBUTION_CASES
from tests.web.matrix_draws import DRAW_CASES, WORK_CASES
from tests.web.matrix_factor import FACTOR_CASES
from tests.web.matrix_notices import NOTICE_CASES
from tests.web.matrix_papers import CERTIFICATE_CASES, LIBRARY_CASES, PAPER_CASES, SELF_CHECK_CASES
from tests.web.matrix_questions import QUESTION_CASES
from tests.web.matrix_review import REVIEW_CASES
from tests.web.matrix_sealing import SEALING_CASES
from tests.web.matrix_seals import OFFICER_CASES, SEAL_CASES

P = "/projects/<project_id>"
OWN = "/projects/{project}"
R = "/renditions/<rendition_id>"
PAIR = "/renditions/<before_id>/compare/<after_id>"
NEW_PERSON = form_of(name="某人", login="somebody.new", password="long enough word")
ACT = f"{P}/revisions/<act>"

PUBLIC = frozenset({*SIGNED_IN})
PUBLIC_CASES = (
    get("/healthz", "/healthz", PUBLIC, anonymous=OK),
    get("/help", "/help", PUBLIC, anonymous=OK),
    get("/help/<topic>", "/help/review", PUBLIC, anonymous=OK),
    get("/sign-in", "/sign-in", PUBLIC, anonymous=OK),
    post(
        "/sign-in",
        "/sign-in",
        PUBLIC,
        anonymous=OK,
        form=form_of(login="owner", password="correct horse battery"),
    ),
    post("/language", "/language", PUBLIC, anonymous=OK, form=form_of(language="en", next="/")),
    get("/v/<short_code>", "/v/{code~released}", PUBLIC, anonymous=OK),
    get("/v/<short_code>.json", "/v/{code~released}.json", PUBLIC, anonymous=OK),
    get("/check", "/check", PUBLIC, anonymous=OK),
    get("/check/keys.json", "/check/keys.json", PUBLIC, anonymous=OK),
    get("/check/list", "/check/list", PUBLIC, anonymous=OK),
    get("/static/<path:filename>", "/static/css/app.css", PUBLIC, anonymous=OK),
    get("/viewer/<path:name>", "/viewer/camera.js", PUBLIC, anonymous=OK),
    get("/service-worker.js", "/service-worker.js", PUBLIC, anonymous=OK),
)

PERSONAL_CASES = (
    get("/", "/", SIGNED_IN),
    get("/v/<short_code>/sheet", "/v/{code~released}/sheet", SIGNED_IN),
    get("/v/<short_code>/confirm", "/v/{code~released}/confirm", SIGNED_IN),
    get("/search", "/search?q=建施", SIGNED_IN),
    get("/me", "/me", SIGNED_IN),
    get("/on-device", "/on-device", SIGNED_IN),
    get("/projects/new", "/projects/new", SIGNED_IN),
    post("/sign-out", "/sign-out", SIGNED_IN),
    post(
        "/me/profile",
        "/me/profile",
        SIGNED_IN,
        form=form_of(language="en", timezone="Asia/Shanghai", version="{my_version}"),
    ),
    post("/me/tokens", "/me/tokens", SIGNED_IN, form=form_of(name="x", scopes="project:view", days=9)),
    Case(
        "POST /me/tokens/<token_id>/revoke",
        "/me/tokens/{token}/revoke",
        frozenset({"owner"}),
        rest=NOT_FOUND,
        is_personal=True,
    ),
    Case(
        "POST /me/sessions/<session_id>/revoke",
        "/me/sessions/{session}/revoke",
        frozenset({"owner"}),
        rest=NOT_FOUND,
        is_personal=True,
    ),
    # Nobody of this world gave the right current password: refused as at the door.
    post(
        "/me/password",
        "/me/password",
        SIGNED_IN,
        form=form_of(current="x", password="another word"),
        done=SIGN_IN,
    ),
    # Who stands for no organisation founds no project.
    post("/projects", "/projects", SIGNED_IN - ADMIN, form=form_of(name="新项目")),
)

ADMIN_CASES = (
    get("/admin", "/admin", ADMIN, rest=NOT_FOUND),
    post("/admin/organisations", "/admin/organisations", ADMIN, rest=NOT_FOUND, form=form_of(name="新单位")),
    post("/admin/people", "/admin/people", ADMIN, rest=NOT_FOUND, form=NEW_PERSON),
    post(
        "/admin/people/<person_id>/password",
        "/admin/people/{person}/password",
        ADMIN,
        rest=NOT_FOUND,
        form=form_of(password="another long word"),
    ),
)

PROJECT_CASES = (
    get(P, OWN, SEATED),
    get(f"{P}/register", f"{OWN}/register", SEATED),
    get(f"{P}/register", f"{OWN}/register", SEATED, headers={"Accept": "application/json"}),
    get(f"{P}/register.<kind>", f"{OWN}/register.csv", SEATED),
    get(f"{P}/register.<kind>", f"{OWN}/register.xlsx", SEATED),
    get(f"{P}/offline.json", f"{OWN}/offline.json", SEATED),
    get(f"{P}/settings", f"{OWN}/settings", SEATED),
    post(f"{P}/settings", f"{OWN}/settings", OWNERS, form=form_of(version="{version}", name="改名")),
    post(f"{P}/identifiers", f"{OWN}/identifiers", OWNERS, form=form_of(scheme="other", value="X-1")),
    post(f"{P}/buildings", f"{OWN}/buildings", OWNERS, form=form_of(number="77#", name="库房")),
    post(
        f"{P}/buildings/<building_id>/identifiers",
        f"{OWN}/buildings/{{building}}/identifiers",
        OWNERS,
        form=form_of(scheme="{scheme}", value="B-77"),
    ),
    post(
        f"{P}/parties",
        f"{OWN}/parties",
        frozenset({"owner"}),
        form=form_of(organisation="{organisation}", role="testing"),
    ),
    post(
        f"{P}/seats",
        f"{OWN}/seats",
        frozenset({"owner"}),
        form=form_of(
            party="{party}", person="{person}", role="reader", all_buildings=1, all_disciplines=1, basis="函"
        ),
    ),
    post(
        f"{P}/seats/<seat_id>/end", f"{OWN}/seats/{{seat}}/end", frozenset({"owner"}), form=form_of(version=1)
    ),
    post(
        f"{P}/seats/<seat_id>/hand-over",
        f"{OWN}/seats/{{seat}}/hand-over",
        frozenset({"owner"}),
        form=form_of(version=1, person="{person}", basis="函"),
    ),
)

SHEET_CASES = (
    *by_state("/sheets/<sheet_id>", "/sheets/{sheet~STATE}"),
    *by_state("/sheets/<sheet_id>/offline.json", "/sheets/{sheet~STATE}/offline.json"),
    *by_state(f"{R}/page.json", "/renditions/{rendition~STATE}/page.json"),
    *by_state(f"{R}/text.json", "/renditions/{rendition~STATE}/text.json"),
    # Pages of PDFs have no entities; those of CAD files are read in test_entities.
    *by_state(f"{R}/entities.json", "/renditions/{rendition~STATE}/entities.json", done=NOT_FOUND),
    *by_state(f"{R}/thumb.webp", "/renditions/{rendition~STATE}/thumb.webp"),
    *by_state(
        f"{R}/tiles/<int(signed=True):level>/<int:x>/<int:y>.webp",
        "/renditions/{rendition~STATE}/tiles/0/0/0.webp",
    ),
    *by_state(PAIR, "/renditions/{rendition~STATE}/compare/{rendition~STATE}"),
    *(
        case
        for kind in ("json", "xlsx", "pdf")
        for case in by_state(
            f"{PAIR}.{kind}",
            f"/renditions/{{rendition~STATE}}/compare/{{rendition~STATE}}.{kind}",
            done="compare-not-asked",
            headers={"Accept": "application/json"},
        )
    ),
    *(
        post(
            f"{PAIR}.json",
            f"/renditions/{{rendition~{s}}}/compare/{{rendition~{s}}}.json",
            may,
            rest=NOT_FOUND,
        )
        for s, may in SEEN.items()
    ),
    # Who may read only one of the two learns nothing of the other, whichever it is.
    *(
        ask(
            f"{PAIR}{kind}",
            f"/renditions/{{rendition~{one}}}/compare/{{rendition~{other}}}{kind}",
            DESIGN,
            rest=NOT_FOUND,
            done=done,
            headers={"Accept": "application/json"},
        )
        for one, other in (("draft", "released"), ("released", "draft"))
        for ask, kind, done in (
            (get, "", OK),
            (get, ".json", "compare-not-asked"),
            (get, ".xlsx", "compare-not-asked"),
            (post, ".json", OK),
        )
    ),
    *(
        get(
            "/sheets/<sheet_id>/compare",
            f"/sheets/{{sheet~{state}}}/compare",
            may,
            rest=NOT_FOUND,
            # Of the sheets of the world only the superseded one has a second revision.
            done=OK if state == "superseded" else "not-two-to-compare",
            headers={"Accept": "application/json"},
        )
        for state, may in SEEN.items()
    ),
    *by_state("/sheets/<sheet_id>/revisions.json", "/sheets/{sheet~STATE}/revisions.json"),
    *by_state(
        f"{R}/layers/<code>/tiles/<int(signed=True):level>/<int:x>/<int:y>.webp",
        "/renditions/{rendition~STATE}/layers/Aw/tiles/0/0/0.webp",
    ),
    *by_state(f"{R}/segments.json", "/renditions/{rendition~STATE}/segments.json?box=0,0,9000,9000"),
    *by_state(f"{R}/download", "/renditions/{rendition~STATE}/download"),
    get(f"{R}/copy.pdf", "/renditions/{rendition~released}/copy.pdf", RECORD, rest=NOT_FOUND),
    *by_state(f"{R}/callouts.json", "/renditions/{rendition~STATE}/callouts.json"),
    *by_state(f"{R}/region.pdf", "/renditions/{rendition~STATE}/region.pdf?box=0,0,90000,90000&paper=A4"),
    get(f"{R}/copy.pdf", "/renditions/{rendition~draft}/copy.pdf", DESIGN, rest=NOT_FOUND),
)


def _act(name: str, state: str, may: set[str], *, done: str = OK, at_home: str = "", **more: Any) -> Case:
    """A bulk act on a revision in a state: who cannot see the revision is told that it does not exist."""
    return post(
        ACT,
        f"{OWN}/revisions/{name}",
        frozenset(may),
        json=revisions_in(state, **more),
        done=done,
        hidden_from=SEATED - SEEN[state],
        at_home=at_home or "state-conflict",
    )


RV, MK = "/revisions/<revision_id>", "/marks/<mark_id>"
PENS = RECORD - {"investigator"}
"""Who may say something on a released sheet."""
DRAWN: dict[str, Any] = {
    "kind": "cloud",
    "anchor": {"type": "point", "x": 0, "y": 0},
    "shape": {"paths": [[[0, 0], [9_000, 0], [9_000, 9_000]]]},
    "colour": "red",
    "audience": "project",
}


SCRIPT = {"Accept": "application/json"}


def _on_mark(verb: str, may: frozenset[str], *, on: str = "mark", **sent: Any) -> Case:
    """An act on the contractor's mark; the stranger's own project has one of his."""
    path = f"/marks/{{{on}}}/{verb}"
    hidden = SEATED - RECORD if on == "mark" else SEATED - {"contractor"}
    return post(f"{MK}/{verb}", path, may, json=lambda _: sent, hidden_from=hidden, at_home=OK)


MARK_CASES = (
    *by_state(f"{RV}/seals", "/revisions/{revision~STATE}/seals"),
    get(f"{RV}/seals/<judgement_id>.json", "/revisions/{revision~released}/seals/{judgement}.json", SEEN["released"],
        rest=NOT_FOUND),
    post(f"{RV}/seals/judge", "/revisions/{revision~released}/seals/judge", SEEN["released"], rest=NOT_FOUND),
    post(f"{RV}/seals/judge", "/revisions/{revision~draft}/seals/judge", DESIGN, rest=NOT_FOUND),
    *by_state(f"{RV}/marks", "/revisions/{revision~STATE}/marks"),
    *by_state(f"{RV}/carries", "/revisions/{revision~STATE}/carries"),
    post(f"{RV}/marks", "/revisions/{revision~released}/marks", PENS, json=lambda _: DRAWN,
         hidden_from=SEATED - RECORD),
    post(f"{RV}/marks", "/revisions/{revision~draft}/marks", DESIGN, json=lambda _: DRAWN,
         hidden_from=SEATED - DESIGN),
    post(f"{RV}/carries", "/revisions/{revision~released}/carries", frozenset({"contractor"}),
         json=lambda things: {"marks": [things["mark"]], "decision": "dropped"}, hidden_from=SEATED - RECORD,
         done="carry-not-older", at_home="carry-not-older"),
    Case(f"PATCH {MK}", "/marks/{mark}", frozenset({"contractor"}), json=lambda _: {**DRAWN, "version": 1},
         hidden_from=SEATED - RECORD, at_home=OK),
    _on_mark("take-back", frozenset({"contractor"})),
    _on_mark("put-back", frozenset({"contractor"})),
    _on_mark("comments", PENS, text="看过"),
    _on_mark("status", PENS, event="answer"),
    _on_mark("status", frozenset({"contractor"}), event="resolve"),
    _on_mark("assignee", PENS, person=""),
    _on_mark("comments", frozenset({"contractor"}), on="own mark", text="看过"),
    *by_state(f"{RV}/marks.pdf", "/revisions/{revision~STATE}/marks.pdf"),
    *by_state(f"{RV}/marks.xlsx", "/revisions/{revision~STATE}/marks.xlsx"),
    *by_state(f"{RV}/marks.bcfzip", "/revisions/{revision~STATE}/marks.bcfzip?version=3.0"),
    get(f"{P}/marks.xlsx", f"{OWN}/marks.xlsx", SEATED),
    get(f"{P}/marks.bcfzip", f"{OWN}/marks.bcfzip", SEATED),
    post(f"{RV}/photos", "/revisions/{revision~released}/photos?x=1&y=2", PENS, json=lambda _: {}, headers=SCRIPT,
         hidden_from=SEATED - RECORD, done="photo-refused", at_home="photo-refused"),
    post(f"{RV}/annotations", "/revisions/{revision~released}/annotations", PENS, json=lambda _: {}, headers=SCRIPT,
         hidden_from=SEATED - RECORD, done="annotated-file-unreadable", at_home="annotated-file-unreadable"),
    post(f"{RV}/annotations/import", "/revisions/{revision~released}/annotations/import", PENS,
         json=lambda _: {}, headers=SCRIPT, hidden_from=SEATED - RECORD, done="annotated-file-unreadable",
         at_home="annotated-file-unreadable"),
    # The mark has no photo; who sees one that has is tested in test_mark_files.
    get(f"{MK}/photo", "/marks/{mark}/photo", frozenset(), rest=NOT_FOUND, at_home=NOT_FOUND),
    get(f"{MK}/photo/<name>.webp", "/marks/{mark}/photo/thumb.webp", frozenset(), rest=NOT_FOUND,
        at_home=NOT_FOUND),
    *by_state(f"{R}/crop.png", "/renditions/{rendition~STATE}/crop.png?box=0,0,90000,90000"),
)  # fmt: skip

ACT_CASES = (
    _act("send-check", "draft", {"lead", "designer"}),
    _act("sign-checker", "checking", {"checker"}),
    _act("reject-checker", "checking", {"checker"}, comment="改"),
    _act("sign-verifier", "checking", {"verifier"}, done="signing-order"),
    _act("sign-approver", "checking", {"approver"}, done="signing-order"),
    _act("sign-cosigner", "checking", set(), discipline="struct"),
    _act("issue", "checking", {"lead", "approver"}, done="guard-failed"),
    _act("withdraw", "issued", {"lead"}),
    _act("release", "issued", {"owner"}),
    _act("cancel", "released", {"owner"}, comment="依据", at_home=OK),
)

BATCH = "/intakes/{intake}"
INTAKE = "/intakes/<intake_id>"


def _of_batch(method: str, rule: str, path: str, may: frozenset[str] = PREPARE, **more: Any) -> Case:
    """A batch belongs to its party: others do not learn that it exists. The stranger has one of history."""
    return Case(f"{method} {rule}", path, may, hidden_from=SEATED - DESIGN, at_home=OK, **more)


INTAKE_CASES = (
    get(f"{P}/intakes", f"{OWN}/intakes", DESIGN | OWNERS),
    post(f"{P}/intakes", f"{OWN}/intakes", PREPARE, form=form_of(title="新批", purpose="design")),
    post(f"{P}/intakes", f"{OWN}/intakes", OWNERS, form=form_of(title="旧图", purpose="history")),
    _of_batch("GET", INTAKE, BATCH, DESIGN),
    _of_batch("GET", f"{INTAKE}.json", f"{BATCH}.json", DESIGN),
    _of_batch("GET", f"{INTAKE}/history-table.xlsx", f"{BATCH}/history-table.xlsx", DESIGN),
    _of_batch("GET", "/intake-rows/<row_id>/thumb.webp", "/intake-rows/{row}/thumb.webp", DESIGN),
    _of_batch("GET", "/intake-rows/<row_id>/block.png", "/intake-rows/{row}/block.png", DESIGN),
    _of_batch(
        "PATCH",
        "/intake-rows/<row_id>",
        "/intake-rows/{row}",
        json=lambda things: {"version": int(things["row version"]), "values": {"title": "改"}},
    ),
    _of_batch(
        "PATCH",
        f"{INTAKE}/rows",
        f"{BATCH}/rows",
        json=lambda things: {
            "rows": [{"id": things["row"], "version": int(things["row version"]), "values": {"title": "改"}}]
        },
    ),
    _of_batch("POST", f"{INTAKE}/accept", f"{BATCH}/accept", json=rows_of()),
    _of_batch("POST", f"{INTAKE}/accept", f"{BATCH}/accept", json=rows_of(rehearse=True)),
    _of_batch("POST", f"{INTAKE}/leave-out", f"{BATCH}/leave-out", json=rows_of()),
    _of_batch("POST", f"{INTAKE}/take-back", f"{BATCH}/take-back", json=rows_of()),
    _of_batch("POST", f"{INTAKE}/close", f"{BATCH}/close"),
    _of_batch("POST", f"{INTAKE}/learn", f"{BATCH}/learn", json=rows_of()),
    _of_batch("POST", f"{INTAKE}/history-table", f"{BATCH}/history-table"),
)

TUS = {"Tus-Resumable": "1.0.0"}


def _upload(method: str, **more: Any) -> Case:
    """An upload belongs to the person who began it, whatever the others' seats."""
    headers = {**TUS, **more.pop("headers", {})}
    path = "/uploads/{upload}"
    return Case(
        f"{method} /uploads/<upload_id>",
        path,
        frozenset({"designer"}),
        rest=NOT_FOUND,
        headers=headers,
        at_home=more.get("done", OK),
        **more,
    )


CHUNK = {"Upload-Offset": "5", "Content-Type": "application/offset+octet-stream"}
UPLOAD_CASES = (
    Case("OPTIONS /uploads", "/uploads", SIGNED_IN, headers=TUS),
    Case("OPTIONS /uploads/<upload_id>", "/uploads/{upload}", SIGNED_IN, headers=TUS),
    _of_batch("POST", "/uploads", "/uploads", headers={**TUS, "Upload-Length": "9"}),
    _upload("HEAD"),
    _upload("PATCH", headers=CHUNK, done="upload-offset"),
    _upload("DELETE"),
)

BASE = "/baselines/<baseline_id>"
RECORD_CASES = (
    get(f"{P}/record/changes", f"{OWN}/record/changes", RECORD),
    get(f"{P}/record", f"{OWN}/record", RECORD),
    get(f"{P}/record", f"{OWN}/record", RECORD, headers={"Accept": "application/json"}),
    get(f"{P}/record.<kind>", f"{OWN}/record.zip", RECORD),
    get(f"{P}/record.<kind>", f"{OWN}/record.xlsx", RECORD),
    get(f"{P}/record.<kind>", f"{OWN}/record.csv", RECORD),
    get(f"{P}/baselines", f"{OWN}/baselines", RECORD),
    post(f"{P}/baselines", f"{OWN}/baselines", FREEZERS, form=form_of(title="冻结")),
    get(BASE, "/baselines/{baseline}", RECORD),
    get(f"{BASE}/list.txt", "/baselines/{baseline}/list.txt", RECORD),
)

CASES: tuple[Case, ...] = (
    *PUBLIC_CASES,
    *FACTOR_CASES,
    *NOTICE_CASES,
    *PERSONAL_CASES,
    *ADMIN_CASES,
    *PROJECT_CASES,
    *SHEET_CASES,
    *MARK_CASES,
    *ACT_CASES,
    *INTAKE_CASES,
    *UPLOAD_CASES,
    *RECORD_CASES,
    *REVIEW_CASES,
    *LIBRARY_CASES,
    *PAPER_CASES,
    *SELF_CHECK_CASES,
    *CERTIFICATE_CASES,
    *WORK_CASES,
    *CHANGE_CASES,
    *DRAW_CASES,
    *SEALING_CASES,
    *QUESTION_CASES,
    *SEAL_CASES,
    *OFFICER_CASES,
    *DISTRIBUTION_CASES,
)
