"""Small values of the ground floor: identifiers, instants, canonical JSON, labels, state tables."""

import json
import time
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel.clock import SteppedClock, SystemClock, from_micros, to_micros
from app.kernel.errors import CATALOGUE, STATE_CONFLICT, Refused
from app.kernel.ids import is_id, new_id, new_secret, new_short_code
from app.kernel.labels import Label, language_of
from app.kernel.ledger.canonical import canonical_bytes
from app.kernel.workflow import StateTable, Step


def test_identifiers_have_their_form_do_not_repeat_and_sort_by_time():
    first = new_id()
    time.sleep(0.002)
    many = {new_id() for _ in range(5_000)}
    assert len(many) == 5_000
    assert all(is_id(i) and first < i for i in many)
    assert not any(is_id(i) for i in ("", "I" * 20, first + "0"))
    assert len({new_short_code() for _ in range(1_000)}) == 1_000
    assert len(new_secret()) >= 43


@given(st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1)), st.integers(-14, 14))  # noqa: DTZ001  hypothesis wants them naive
def test_instants_survive_storage_to_the_microsecond_in_any_zone(naive: datetime, hours: int):
    instant = naive.replace(tzinfo=timezone(timedelta(hours=hours)))
    assert from_micros(to_micros(instant)) == instant
    assert from_micros(to_micros(instant)).tzinfo is UTC


def test_a_naive_datetime_is_refused():
    with pytest.raises(ValueError):
        to_micros(datetime(2024, 1, 1))  # noqa: DTZ001  the point


def test_a_stepped_clock_never_gives_an_instant_twice():
    clock = SteppedClock(datetime(2024, 1, 1, tzinfo=UTC))
    seen = [clock.now() for _ in range(100)]
    assert seen == sorted(set(seen))
    clock.advance(timedelta(days=1))
    assert clock.now() - seen[-1] > timedelta(days=1)
    assert SystemClock().now().tzinfo is UTC


@pytest.mark.parametrize(
    ("value", "text"),
    [
        # RFC 8785 section 3.2.3: keys sort by UTF-16 code units; 3.2.2: shortest escapes, lower-case hex.
        (
            {"\u20ac": 1, "\r": 2, "\ufb33": 3, "1": 4, "\U0001f600": 5, "\x80": 6, "\u00f6": 7},
            '{"\\r":2,"1":4,"\x80":6,"ö":7,"€":1,"😀":5,"\ufb33":3}',
        ),
        ({"b": [1, {"z": None, "a": True}], "a": ""}, '{"a":"","b":[1,{"a":true,"z":null}]}'),
        ('\x00\x08\t\n\x0c\r\x1f"\\/\x7f', '"\\u0000\\b\\t\\n\\f\\r\\u001f\\"\\\\/\x7f"'),
        (-0, "0"),
        (2**53 - 1, "9007199254740991"),
    ],
)
def test_canonical_json_is_that_of_rfc_8785(value: object, text: str):
    assert canonical_bytes(value).decode() == text


@pytest.mark.parametrize(
    ("value", "error"),
    [
        (1.5, TypeError),
        (2**53, ValueError),
        (-(2**53), ValueError),
        ({1: 2}, TypeError),
        (b"x", TypeError),
        (datetime.now(UTC), TypeError),
        ("\ud800", ValueError),
    ],
)
def test_what_has_no_canonical_form_is_refused(value: object, error: type[Exception]):
    with pytest.raises(error):
        canonical_bytes({"v": value} if not isinstance(value, dict) else value)


PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.text(st.characters(blacklist_categories=("Cs",))),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(st.characters(blacklist_categories=("Cs",)), max_size=4), inner, max_size=3)
    ),
    max_leaves=12,
)


@given(PLAIN)
def test_canonical_bytes_are_read_back_and_do_not_depend_on_the_order_of_keys(value: object):
    data = canonical_bytes(value)
    again = json.loads(data)
    assert again == value
    assert canonical_bytes(_reversed(again)) == data


def _reversed(value: object) -> object:
    if isinstance(value, dict):
        return {k: _reversed(v) for k, v in reversed(value.items())}
    return [_reversed(v) for v in value] if isinstance(value, list) else value


def test_labels_fill_both_languages():
    label = Label("第{n}版", "revision {n}").format(n=3)
    assert (label.in_("zh"), label.in_("en")) == ("第3版", "revision 3")
    assert [language_of(t) for t in ("en-GB", "EN", "zh-CN", "fr", None)] == ["en", "en", "zh", "zh", "zh"]


STATES = {"a": Label("甲", "A"), "b": Label("乙", "B")}
EVENTS = {"go": Label("走", "Go")}


def _table(*steps: Step) -> StateTable:
    return StateTable("t", STATES, EVENTS, steps)


def test_a_state_table_finds_its_own_faults():
    _table(Step("go", "a", "b", "p", ("g",))).check(["g"])
    for wrong in (
        _table(Step("go", "a", "c", "p")),
        _table(Step("go", "c", "a", "p")),
        _table(Step("run", "a", "b", "p")),
        _table(Step("go", "a", "b", "p", ("h",))),
        _table(Step("go", "a", "b", "p"), Step("go", "a", "a", "p")),
    ):
        with pytest.raises(ValueError):
            wrong.check(["g"])


def test_a_step_that_the_table_lacks_is_refused_and_an_unknown_event_is_an_error():
    table = _table(Step("go", "a", "b", "p"))
    assert table.step("a", "go").target == "b"
    with pytest.raises(Refused) as refused:
        table.step("b", "go")
    assert refused.value.code == STATE_CONFLICT
    assert "乙" in refused.value.message.zh
    with pytest.raises(Refused):
        table.step(None, "go")
    with pytest.raises(KeyError):
        table.step("a", "fly")


def test_a_refusal_that_nobody_declared_is_an_error():
    assert "no-such-code" not in CATALOGUE
    with pytest.raises(KeyError):
        Refused("no-such-code")
