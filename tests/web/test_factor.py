"""One's own second factor on the pages: shown once, proved, removed, reset; in a demonstration helped, nowhere else."""

import base64
import html
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import zxingcpp
from flask import render_template_string
from PIL import Image, ImageDraw

from app.accounts.factor_codes import RECOVERY_CODES, as_text
from app.accounts.factors import GUESSES, use_second_factor
from app.web.demo_accounts import demo_secret
from app.web.request import close_reading
from tests.peers.authenticator import Authenticator, enrolled
from tests.web.conftest import Sites
from tests.web.site import Site, Visitor, opened
from tests.world import PASSWORD

SECRET = re.compile(r'<code class="secret">([A-Z2-7 ]+)</code>')
RECOVERY = re.compile(r"<li><code>(\d{4}-\d{4}-\d{4})</code></li>")
SCALE = 6


def _from_qr(page: str) -> str:
    """What a phone reads off the page."""
    drawn = re.search(r'<svg viewBox="0 0 (\d+) \1" class="qr"[^>]*><path d="([^"]+)"/></svg>', page)
    assert drawn is not None
    side = int(drawn[1])
    picture = Image.new("L", (side * SCALE, side * SCALE), 255)
    pen = ImageDraw.Draw(picture)
    for across, down in re.findall(r"M(\d+) (\d+)h1v1h-1z", drawn[2]):
        x, y = int(across) * SCALE, int(down) * SCALE
        pen.rectangle((x, y, x + SCALE - 1, y + SCALE - 1), fill=0)
    (read,) = zxingcpp.read_barcodes(picture)
    return read.text


def _begin(site: Site, visitor: Visitor, name: str = "owner") -> Authenticator:
    page = visitor.post("/me/factor", data={"password": PASSWORD}).text
    address = urlsplit(html.unescape(_from_qr(page)))
    (secret,) = parse_qs(address.query)["secret"]
    shown = SECRET.search(page)
    assert shown is not None
    assert shown[1].replace(" ", "") == secret
    phone = Authenticator(site.world.people[name], _bytes(secret), site.clock)
    assert as_text(phone.secret) == secret
    return phone


def _bytes(secret: str) -> bytes:
    return base64.b32decode(secret)


def test_a_person_sets_it_up_with_password_phone_and_first_code(site: Site) -> None:
    visitor = site.as_("owner")
    assert 'href="/me/factor"' in visitor.get("/me").text
    assert "显示二维码" in visitor.get("/me/factor").text
    phone = _begin(site, visitor)
    assert as_text(phone.secret) not in visitor.get("/me/factor").text.replace(" ", ""), "shown once"
    wrong = visitor.post("/me/factor/confirm", data={"code": phone.wrong()})
    assert wrong.status_code == 403
    assert "factor-wrong" in wrong.text
    assert as_text(phone.secret) not in wrong.text.replace(" ", "")
    done = visitor.post("/me/factor/confirm", data={"code": phone.code()})
    assert done.headers["Cache-Control"] == "no-store"
    codes = RECOVERY.findall(done.text)
    assert len(set(codes)) == RECOVERY_CODES
    after = visitor.get("/me/factor").text
    assert "已开启" in after
    assert not RECOVERY.findall(after)
    with site.services.database.write(site.world.actor("owner")) as tx:
        used = use_second_factor(tx, site.services.factors, site.world.people["owner"], codes[0], "seal-set")
    assert used.is_recovery
    assert re.search(r"<strong>9</strong> / 10", visitor.get("/me/factor").text)


def test_without_the_password_nothing_is_shown(desk_site: Site) -> None:
    visitor = desk_site.as_("owner")
    refused = visitor.post("/me/factor", data={"password": "wrong wrong wrong"})
    assert refused.status_code == 401
    assert "sign-in-failed" in refused.text
    assert 'class="qr"' not in refused.text
    assert not SECRET.search(refused.text)


def test_guessing_the_password_here_is_paused_as_at_the_door(desk_site: Site) -> None:
    visitor = desk_site.as_("owner")
    told = [visitor.post("/me/factor", data={"password": f"guess {n}"}).status_code for n in range(9)]
    assert told == [401] * 8 + [429]
    assert visitor.post("/me/factor", data={"password": PASSWORD}).status_code == 429


def test_turning_it_off_and_new_recovery_codes_need_password_and_code(site: Site) -> None:
    visitor, owner = site.as_("owner"), site.world.people["owner"]
    phone = enrolled(site.services.database, site.services.factors, owner)
    for path in ("/me/factor/recovery", "/me/factor/remove"):
        wrong_password = visitor.post(path, data={"password": "x", "code": phone.shown(1)})
        assert wrong_password.status_code == 401
        assert visitor.post(path, data={"password": PASSWORD, "code": phone.wrong()}).status_code == 403
        assert visitor.post(path, data={"password": PASSWORD}).status_code == 403
    renewed = visitor.post("/me/factor/recovery", data={"password": PASSWORD, "code": phone.code()})
    codes = RECOVERY.findall(renewed.text)
    assert len(codes) == RECOVERY_CODES
    assert not {c.replace("-", "") for c in codes} & set(phone.recovery_codes)
    removed = visitor.post("/me/factor/remove", data={"password": PASSWORD, "code": codes[4]})
    assert removed.status_code == 302
    page = visitor.get("/me/factor").text
    assert "未开启" in page
    assert re.search(r"近 7 天有\s*2", page), "the wrong codes are told"


def test_guessing_codes_on_the_page_is_paused(site: Site) -> None:
    visitor, owner = site.as_("owner"), site.world.people["owner"]
    phone = enrolled(site.services.database, site.services.factors, owner)
    told = [
        visitor.post("/me/factor/sign-in", data={"asks": "1", "code": phone.wrong()}).status_code
        for _ in range(GUESSES + 1)
    ]
    assert told == [403] * GUESSES + [429]
    assert "factor-paused" in visitor.post("/me/factor/sign-in", data={"code": phone.code()}).text


def test_signing_in_asks_for_a_code_when_one_chose_so(site: Site) -> None:
    visitor, owner = site.as_("owner"), site.world.people["owner"]
    phone = enrolled(site.services.database, site.services.factors, owner)
    chosen = visitor.post("/me/factor/sign-in", data={"asks": "1", "code": phone.code()})
    assert chosen.status_code == 302
    assert "checked" in visitor.get("/me/factor").text
    door = site.as_(None)
    form = {"login": "owner", "password": PASSWORD}
    asked = door.post("/sign-in", data=form)
    assert asked.status_code == 403
    assert "factor-needed" in asked.text
    assert '<details class="code-fold" open>' in asked.text
    assert door.post("/sign-in", data={**form, "code": phone.wrong()}).status_code == 403
    assert door.get("/me").status_code == 302
    assert door.post("/sign-in", data={**form, "code": phone.code()}).status_code == 302
    assert door.get("/me").status_code == 200


def test_an_administrator_resets_it_and_the_person_sees_who_and_why(site: Site) -> None:
    admin, owner = site.as_("admin"), site.world.people["owner"]
    assert "重置动态口令" not in admin.get("/admin").text
    phone = enrolled(site.services.database, site.services.factors, owner)
    page = admin.get("/admin").text
    assert f"/admin/people/{owner}/factor/reset" in page
    assert as_text(phone.secret) not in page
    path = f"/admin/people/{owner}/factor/reset"
    assert admin.post(path, data={"reason": " "}).status_code == 422
    assert admin.post(path, data={"reason": "手机丢失，当面核验"}).status_code == 302
    assert "手机丢失，当面核验" in site.as_("owner").get("/me").text
    told = site.as_("owner").get("/me/factor").text
    assert "手机丢失，当面核验" in told
    assert "admin" in told
    assert "未开启" in told
    assert admin.post(path, data={"reason": "再来"}).status_code == 409


def test_the_field_of_an_act_leads_to_setting_up_whoever_has_none(site: Site) -> None:
    """What sealing pages put into their forms."""
    owner, secret = site.world.people["owner"], site.secrets["owner"][0]

    def shown() -> str:
        with site.application.test_request_context("/", headers={"Cookie": f"{site.cookie}={secret}"}):
            page = render_template_string(
                "{% import 'parts.html' as ui with context %}<form>{{ ui.code_field() }}</form>"
            )
            close_reading()
        return page

    assert 'href="/me/factor"' in shown()
    assert "<input" not in shown()
    enrolled(site.services.database, site.services.factors, owner)
    field = shown()
    assert 'href="/me/factor"' not in field
    for attribute in ('name="code"', 'inputmode="numeric"', 'autocomplete="one-time-code"', "动态口令"):
        assert attribute in field


# -- the demonstration -----------------------------------------------------------------------------------------


@pytest.fixture
def demo_site(built_sites: Sites, tmp_path: Path) -> Iterator[Site]:
    with opened(built_sites("sqlite"), tmp_path / "data", is_demo=True) as running:
        yield running


def test_in_a_demonstration_the_code_is_shown_and_right(demo_site: Site) -> None:
    site, visitor, owner = demo_site, demo_site.as_("owner"), demo_site.world.people["owner"]
    assert visitor.get("/demo/code").status_code == 404, "who has none sees none"
    assert site.as_(None).get("/demo/code", headers={"Accept": "application/json"}).status_code == 401
    begun = visitor.post("/me/factor", data={"password": PASSWORD}).text
    assert as_text(demo_secret("owner")) in begun.replace(" ", "")
    assert "演示提示" in begun
    code = visitor.get("/demo/code").json["code"]
    assert visitor.post("/me/factor/confirm", data={"code": code}).status_code == 200
    page = visitor.get("/me/factor").text
    shown = re.search(r'data-demo-code="code" data-seconds="(\d+)".*?<code>(\d{6})</code>', page)
    assert shown is not None
    with site.services.database.write(site.world.actor("owner")) as tx:
        use_second_factor(tx, site.services.factors, owner, shown[2], "seal-set")
    site.clock.advance(timedelta(seconds=60))
    answer = visitor.get("/demo/code").json
    assert 0 < answer["seconds"] <= 60
    with site.services.database.write(site.world.actor("owner")) as tx:
        use_second_factor(tx, site.services.factors, owner, answer["code"], "seal-set")


def test_a_demonstrations_sign_in_page_says_where_the_code_is(demo_site: Site) -> None:
    page = demo_site.as_(None).get("/sign-in").text
    assert "盖章等操作要输入动态口令" in page


def test_at_the_door_of_a_demonstration_the_code_is_shown_to_who_must_give_one(demo_site: Site) -> None:
    site, owner = demo_site, demo_site.world.people["owner"]
    phone = enrolled(site.services.database, site.services.factors, owner, secret=demo_secret("owner"))
    assert (
        site.as_("owner").post("/me/factor/sign-in", data={"asks": "1", "code": phone.code()}).status_code
        == 302
    )
    door, form = site.as_(None), {"login": "owner", "password": PASSWORD}
    assert "data-demo-code" not in door.post("/sign-in", data={**form, "password": "x"}).text
    site.clock.advance(timedelta(seconds=60))
    shown = re.search(r"data-demo-code=.*?<code>(\d{6})</code>", door.post("/sign-in", data=form).text)
    assert shown is not None
    assert door.post("/sign-in", data={**form, "code": shown[1]}).status_code == 302


def test_elsewhere_no_page_shows_a_code_whatever_the_secret_is(site: Site) -> None:
    visitor, owner = site.as_("owner"), site.world.people["owner"]
    enrolled(site.services.database, site.services.factors, owner, secret=demo_secret("owner"))
    assert visitor.get("/demo/code").status_code == 404
    assert site.as_(None).get("/demo/code").status_code == 404
    for path in ("/me/factor", "/me", "/sign-in"):
        page = (visitor if path != "/sign-in" else site.as_(None)).get(path).text
        assert "演示提示" not in page
        assert "demo-code" not in page
    assert (
        site.as_("admin").post(f"/admin/people/{owner}/factor/reset", data={"reason": "换机"}).status_code
        == 302
    )
    phone = _begin(site, visitor)
    assert phone.secret != demo_secret("owner")
    assert "演示提示" not in visitor.get("/me/factor").text
    assert visitor.post("/me/factor/confirm", data={"code": phone.code()}).status_code == 200
    visitor.post("/me/factor/sign-in", data={"asks": "1", "code": phone.code()})
    asked = site.as_(None).post("/sign-in", data={"login": "owner", "password": PASSWORD})
    assert "factor-needed" in asked.text
    assert "demo-code" not in asked.text
    assert "演示提示" not in visitor.get("/me/factor").text
