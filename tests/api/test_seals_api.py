"""Seals through the API: each sees what his page shows, with a token that may use seals, and never a key."""

from app.api.shapes.seals import SealOut
from tests.api.conftest import Api
from tests.web.seal_things import seal_offices


def _seals(asked: Api, who: str) -> list[SealOut]:
    answer = asked.ask(who, "GET", "/seals")
    assert answer.status_code == 200
    return [SealOut.model_validate(item) for item in answer.json["items"]]


def test_the_officer_sees_all_a_keeper_his_own_and_nobody_a_key(asked: Api) -> None:
    known: dict[str, str] = {}
    seal_offices(asked.world, known, {})
    for who in ("lead", "approver"):
        (seal,) = _seals(asked, who)
        assert (seal.id, seal.organisation_id, seal.kind) == (
            known["office seal"],
            known["seal house"],
            "issue",
        )
        assert [k.name for k in seal.keepers] == ["approver"]
        assert (seal.state, seal.certificate.period) == ("active", "holds")
        assert "key" not in asked.ask(who, "GET", "/seals").text.replace("keepers", "")
    assert [s.organisation for s in _seals(asked, "stranger")] == ["stranger 单位"]
    assert _seals(asked, "owner") == []


def test_a_token_that_may_not_use_seals_does_not_list_them(asked: Api) -> None:
    token = asked.token("lead", frozenset({"project:view"}))
    answer = asked.client.get("/api/v1/seals", headers={"Authorization": f"Bearer {token}"})
    assert (answer.status_code, answer.json["code"]) == (403, "forbidden")
