"""The same verdict on every page: sheet, report, register, code, downloads; asking again adds and never overwrites."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.seals.queries.standing import judgements_of, standing_of
from tests.web.seal_site import SealSite, seal_site


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[SealSite]:
    """One sealed and released sheet, and one without seals: only look at them."""
    with seal_site(tmp_path_factory.mktemp("seals") / "data", sqlite_template) as site:
        site.sealed()
        site.house.sheets(1, "released")
        site.work()
        yield site


def _revisions(site: SealSite) -> tuple[str, str]:
    from app.drawings.models import SheetRevision  # noqa: PLC0415  only here
    import sqlalchemy as sa  # noqa: PLC0415

    with site.services.database.read() as session:
        found = session.scalars(sa.select(SheetRevision.id).order_by(SheetRevision.created_at)).all()
    return found[0], found[1]


def test_the_sheet_page_says_the_verdict(kept: SealSite) -> None:
    sealed, bare = _revisions(kept)
    page = kept.client("contractor").get(f"/sheets/{kept.sheet_of(sealed)}").text
    open("/tmp/sheet.html", "w").write(page)
    assert "签章有效 · 2 枚" in page
    page = kept.client("contractor").get(f"/revisions/{sealed}/seals").text
    open("/tmp/rep.html", "w").write(page)
