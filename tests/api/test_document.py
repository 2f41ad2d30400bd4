"""The document against the running application: generated requests, every operation, every documented status."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as given_settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS, load_all_checks

from app.api import TABLES
from app.api.table import PREFIX
from app.bootstrap import build_services
from app.config import Settings
from app.files.tus import CHUNK_TYPE
from app.kernel.clock import SteppedClock
from tests.api.conftest import Api, application_over
from tests.api.lives import released_set
from tests.api.review_lives import review_things
from tests.conftest import START
from tests.world import make_world

load_all_checks()


@schemathesis.serializer(CHUNK_TYPE)
def _chunk(context: object, value: object) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode(errors="replace")


ASSUMED = {
    "positive_data_acceptance",
    "missing_required_header",
    "use_after_free",
    "ensure_resource_availability",
}
"""Not asked: much valid input is rightly refused (409, 422 by a rule); tus has its own order of refusals."""
REAL: dict[str, str] = {}


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Api]:
    """A world with a released sheet, for all operations of this module."""
    folder = tmp_path_factory.mktemp("document")
    shutil.copy(sqlite_template, folder / "oneset.db")
    services = build_services(
        Settings(data_dir=folder, render_workers=1, tile_workers=1), clock=SteppedClock(START)
    )
    world = make_world(services.database)
    asked = Api(application_over(services), services, world)
    (revision,) = released_set(asked, {"建施-01": "一层平面图"}).values()
    found = asked.ask("owner", "GET", f"/revisions/{revision}").json
    REAL.update(
        project_id=world.project_id,
        building_id=world.building_id,
        seat_id=world.seats["checker"],
        revision_id=revision,
        sheet_id=found["sheet_id"],
        rendition_id=found["renditions"][0]["id"],
        short_code=found["short_code"],
        intake_id=asked.ask("lead", "GET", f"/projects/{world.project_id}/intakes").json["items"][0]["id"],
    )
    REAL.update(review_things(asked))
    yield asked
    services.close()


LABELS = [f"{o.method} {PREFIX}{o.path}" for table in TABLES for o in table.operations]


@pytest.fixture(scope="module")
def documented(live: Api) -> dict[str, Any]:
    """Operations of the document by their label."""
    document = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", live.application)
    return {found.ok().label: found.ok() for found in document.get_all_operations()}


@pytest.mark.parametrize("label", LABELS)
@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda m: m.value)
def test_every_answer_is_as_documented(
    live: Api, documented: dict[str, Any], label: str, mode: GenerationMode
) -> None:
    operation = documented[label]
    checks = [check for check in CHECKS.get_all() if check.__name__ not in ASSUMED]
    headers = {"Authorization": f"Bearer {live.token('lead' if operation.method == 'post' else 'owner')}"}

    @given(case=operation.as_strategy(generation_mode=mode), is_real=st.booleans())
    @given_settings(
        max_examples=6,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def ask(case: schemathesis.Case, is_real: bool) -> None:
        if is_real:
            for name in set(case.path_parameters or {}) & set(REAL):
                case.path_parameters[name] = REAL[name]
        asked = [c for c in checks if not (is_real and c.__name__ == "negative_data_rejection")]
        case.call_and_validate(headers=headers, checks=asked)  # a real place may replace the only wrong part

    try:
        ask()
    except Unsatisfiable:
        assert mode is GenerationMode.NEGATIVE  # nothing about this operation can be wrong


def test_the_document_is_openapi_3_1_and_names_every_operation(live: Api) -> None:
    document = live.client.get("/api/v1/openapi.json").json
    assert document["openapi"].startswith("3.1")
    names = [o["operationId"] for path in document["paths"].values() for o in path.values()]
    assert len(names) == len(set(names)) > 50
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            assert operation["summary"], (path, method)
            if operation.get("security") != []:
                assert "401" in operation["responses"], (path, method)
