"""The API over a small world: one application, one token for each person."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app import api
from app.access.rules import Permission
from app.accounts.actions import CreateToken, create_token
from app.bootstrap import Services, build_services
from app.config import Settings
from app.jobs.worker import Worker
from app.kernel.db.transactions import Database
from tests.world import World, make_world

ALL_SCOPES = frozenset(map(str, Permission))


@dataclass
class Api:
    """Asks as a person of the world."""

    application: APIFlask
    services: Services
    world: World
    tokens: dict[str, str] = field(default_factory=dict)

    @property
    def client(self) -> FlaskClient:
        return self.application.test_client(use_cookies=False)

    def token(self, name: str, scopes: frozenset[str] = ALL_SCOPES) -> str:
        key = f"{name} {sorted(scopes)}"
        if key not in self.tokens:
            with self.services.database.write(self.world.actor(name)) as tx:
                command = CreateToken("test", scopes, 30)
                self.tokens[key] = create_token(tx, command, known_scopes=ALL_SCOPES)
        return self.tokens[key]

    def ask(self, name: str | None, method: str, path: str, **more: Any) -> TestResponse:
        headers = dict(more.pop("headers", {}))
        if name is not None:
            headers["Authorization"] = f"Bearer {self.token(name)}"
        return self.client.open(f"/api/v1{path}", method=method, headers=headers, **more)

    def work(self) -> None:
        """Let the worker do what is ready."""
        Worker(self.services).run_until_idle()


def application_over(services: Services) -> APIFlask:
    """The API alone, as the factory hangs it in."""
    application = APIFlask(
        "app.web", title="OneSet", version="1", spec_path="/api/v1/openapi.json", docs_path=None
    )
    application.extensions["oneset"] = services
    application.config["MAX_CONTENT_LENGTH"] = 64 << 20
    api.install(application)
    return application


@pytest.fixture
def asked(database: Database, tmp_path: Path) -> Iterator[Api]:
    """The API on a fresh database of each kind, with the small world in it."""
    settings = Settings(
        data_dir=tmp_path / "data", database_url=database.url, render_workers=1, tile_workers=1
    )
    services = build_services(settings, clock=database.clock)
    services.database.dispose()
    services.database = database
    world = make_world(database)
    yield Api(application_over(services), services, world)
    services.renderer.close()
    services.index.close()
