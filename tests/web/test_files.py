"""Bytes on their way to the reader: exactly those that were stored, as an attachment, or none at all."""

import hashlib
import http.client
import re
import stat
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote, unquote

import pytest
from werkzeug.serving import make_server
from werkzeug.test import TestResponse

from app.access.queries import rights_of
from app.drawings.queries.sheets import byte_source
from app.kernel.errors import Refused
from tests.web.papers import small_pdf
from tests.web.site import Drawing, Site

STATES = ("draft", "checking", "issued", "withdrawn", "released", "void", "superseded", "newer")


def _path(site: Site, state: str = "released") -> str:
    return f"/renditions/{site.things[f'rendition:{state}']}/download"


def test_what_goes_out_is_what_came_in(kept: Site) -> None:
    for state in STATES:
        response = kept.as_("lead").get(_path(kept, state))
        told = response.headers["X-OneSet-SHA256"].removeprefix("sha256:")
        assert hashlib.sha256(response.data).hexdigest() == told, state
        assert int(response.headers["Content-Length"]) == len(response.data)
    number = STATES.index("released") + 31
    assert kept.as_("contractor").get(_path(kept)).data == small_pdf(f"建施-{number}")


def test_a_download_is_an_attachment_that_may_do_nothing(kept: Site) -> None:
    headers = kept.as_("contractor").get(_path(kept)).headers
    assert headers["Content-Disposition"].startswith("attachment;")
    assert headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Type"] == "application/pdf"


def _names(response: TestResponse) -> tuple[str, str]:
    """Both forms of RFC 6266: ``filename`` (ASCII) and ``filename*``."""
    value = response.headers["Content-Disposition"]
    assert value.isascii()
    assert value.isprintable()
    plain = re.search(r'filename="?([^";]*)"?', value)
    full = re.search(r"filename\*=UTF-8''([^;]+)", value)
    return (plain.group(1) if plain else ""), unquote(full.group(1)) if full else ""


def test_a_chinese_name_comes_in_both_forms(kept: Site) -> None:
    plain, full = _names(kept.as_("contractor").get(_path(kept)))
    assert full == "建施-35 5层平面图 A.pdf"
    assert plain.isascii()
    assert plain


def test_names_cannot_inject_headers_or_paths(site: Site) -> None:
    titles = [
        'x"; filename="evil.exe',
        "../../etc/passwd",
        "a;b,c=d",
        "新版\u202egpj.exe",
        "%0d%0aSet-Cookie: x=1",
        "'\\",
    ]
    drawings = [
        Drawing(f"安-{n}", title, file_name=f"n{n}.pd\nf{quote(title, safe='')[:40]}.pdf", stamp=100 + n)
        for n, title in enumerate(titles)
        if title.isprintable()
    ]
    revisions = site.accept(site.take_in(drawings))
    for revision in revisions.values():
        site.name_revision(site.things, "hostile", revision, by="lead")
        response = site.as_("lead").get(_path(site, "hostile"))
        assert response.status_code == 200
        assert {k.lower() for k, _ in response.headers} & {"set-cookie", "x"} == set()
        plain, full = _names(response)
        assert not set('/\\:*?"<>|\r\n') & set(full or plain)
        assert ".exe" not in (full or plain)[-4:]


def test_invisible_characters_that_turn_names_around_do_not_reach_the_file_name(site: Site) -> None:
    with pytest.raises(Refused), site.services.database.read():
        site.accept(site.take_in([Drawing("安-99", "图\u202egpj.exe", stamp=99)]))


# -- damage ----------------------------------------------------------------------------------------------------


def _object_of(site: Site, state: str) -> tuple[Path, str]:
    """Where the bytes of a revision lie on the disk."""
    with site.services.database.read() as session:
        rights = rights_of(session, site.world.actor("lead"), site.clock.now())
        sha256 = byte_source(session, rights, site.things[f"rendition:{state}"]).rendition.sha256
    name = sha256.removeprefix("sha256:")
    return next(
        p for p in (site.services.settings.data_dir / "store").rglob(f"*{name}*") if p.is_file()
    ), sha256


def _write(path: Path, data: bytes) -> None:
    path.chmod(stat.S_IRUSR | stat.S_IWUSR)
    path.write_bytes(data)


@contextmanager
def _listening(site: Site) -> Iterator[int]:
    server = make_server("127.0.0.1", 0, site.application, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _fetch(site: Site, port: int, path: str) -> tuple[int, bytes, bool]:
    """(status, bytes that came, whether the answer was complete) over a real connection."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request("GET", path, headers={"Cookie": f"{site.cookie}={site.secrets['lead'][0]}"})
        answer = connection.getresponse()
        try:
            return answer.status, answer.read(), True
        except http.client.IncompleteRead as broken:
            return answer.status, broken.partial, False
        except ConnectionError:
            return answer.status, b"", False
    finally:
        connection.close()


@pytest.mark.parametrize("where", [0, -1, 100])
def test_a_flipped_byte_never_reaches_the_reader_as_a_whole_file(desk_site: Site, where: int) -> None:
    path, _ = _object_of(desk_site, "released")
    good = path.read_bytes()
    bad = bytearray(good)
    bad[where] ^= 0x20
    with _listening(desk_site) as port:
        status, data, is_whole = _fetch(desk_site, port, _path(desk_site))
        assert (status, data, is_whole) == (200, good, True)
        _write(path, bytes(bad))
        status, data, is_whole = _fetch(desk_site, port, _path(desk_site))
        assert not (status == 200 and is_whole), "a complete answer with damaged bytes"
        assert bytes(bad) not in data
        _write(path, good)
        assert _fetch(desk_site, port, _path(desk_site))[1] == good


@pytest.mark.parametrize("length", [0, 50])
def test_a_shortened_file_breaks_off(desk_site: Site, length: int) -> None:
    path, _ = _object_of(desk_site, "released")
    good = path.read_bytes()
    with _listening(desk_site) as port:
        for bad in (good[:length], good + b"x"):
            _write(path, bad)
            status, _, is_whole = _fetch(desk_site, port, _path(desk_site))
            assert not (status == 200 and is_whole)


def test_a_file_that_is_gone_is_told_before_the_first_byte(desk_site: Site) -> None:
    path, _ = _object_of(desk_site, "released")
    path.unlink()
    response = desk_site.as_("lead").get(_path(desk_site))
    assert response.status_code >= 400
    assert response.content_type.startswith("text/html")
    assert "attachment" not in response.headers.get("Content-Disposition", "")
    assert "Traceback" not in response.text


def test_damaged_pictures_are_not_shown_as_if_they_were_whole(desk_site: Site) -> None:
    """Tiles, thumbnails and text are derived: what is broken is refused or drawn again, never a fault of the server."""
    for derived in (desk_site.services.settings.data_dir / "store").rglob("*"):
        if derived.is_file() and "derived" in derived.parts:
            _write(derived, derived.read_bytes()[:20])
    rendition = desk_site.things["rendition:released"]
    for name in ("page.json", "text.json", "thumb.webp", "tiles/0/0/0.webp"):
        response = desk_site.as_("lead").get(f"/renditions/{rendition}/{name}")
        assert response.status_code in (200, 404, 500, 503)
        assert "Traceback" not in response.text


# -- pictures --------------------------------------------------------------------------------------------------


def test_derived_files_answer_a_known_etag_without_sending_them_again(kept: Site) -> None:
    path = f"/renditions/{kept.things['rendition:released']}/thumb.webp"
    first = kept.as_("lead").get(path)
    assert first.data[8:12] == b"WEBP"
    again = kept.as_("lead").get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_a_known_etag_is_no_right(kept: Site) -> None:
    path = f"/renditions/{kept.things['rendition:draft']}/thumb.webp"
    etag = kept.as_("lead").get(path).headers["ETag"]
    assert kept.as_("contractor").get(path, headers={"If-None-Match": etag}).status_code == 404


@pytest.mark.parametrize("tile", ["99/0/0", "0/99999/0", "-99/0/0", "3/0/99999999999999999999"])
def test_outside_of_the_sheet_there_is_no_tile(kept: Site, tile: str) -> None:
    path = f"/renditions/{kept.things['rendition:released']}/tiles/{tile}.webp"
    response = kept.as_("lead").get(path)
    assert response.status_code == 404 or (response.status_code, response.data) == (204, b"")


@pytest.mark.parametrize(
    "name", ["../app/config.py", "..%2f..%2fpyproject.toml", "/etc/passwd", "....//x", "css/../../../wsgi.py"]
)
def test_static_folders_have_no_way_out(kept: Site, name: str) -> None:
    for folder in ("/static/", "/viewer/"):
        assert kept.as_("lead").get(folder + name).status_code in (404, 308)
