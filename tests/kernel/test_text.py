import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel.text import (
    UnprintableText,
    clean,
    code_key,
    look_alike_key,
    loose_key,
    natural_key,
    normalise,
    storable,
    tidy,
)

PRINTABLE = st.text(st.characters(blacklist_categories=("Cc", "Cf", "Cs", "Cn", "Co")), max_size=30)


@pytest.mark.parametrize(
    ("typed", "flat"),
    [
        ("建施－０１", "建施-01"),
        ("建施—01", "建施-01"),
        ("  A　101 ", "A 101"),
        ("Ａ\u2010１", "A-1"),
        ("A\u2212 1", "A- 1"),
        ("一层平面图", "一层平面图"),
        ("ー", "-"),
        ("Ⅳ", "IV"),
        ("㎡", "m2"),
    ],
)
def test_normal_forms(typed: str, flat: str):
    assert normalise(typed) == flat


@pytest.mark.parametrize(
    "char",
    [
        "\0",
        "\x1b",
        "\u200b",
        "\u200e",
        "\u202e",
        "\u2066",
        "\ufeff",
        "\u00ad",
        "\ufe0f",
        "\U000e0101",
        "\u3164",
    ],
)
def test_what_cannot_be_seen_is_refused_in_numbers_and_titles(char: str):
    for function in (normalise, tidy, code_key):
        with pytest.raises(UnprintableText):
            function(f"A{char}1")
    assert clean(f"A{char}1") == "A1"


PAIRS = [
    ("A-101", "A-1O1"), ("A-101", "A-l01"), ("A-101", "A-I01"), ("AO-1", "A0-1"), ("结施-01", "结施-O1"),
    ("A-101", "А-101"), ("B-1", "В-1"), ("C-1", "С-1"), ("E-1", "Е-1"), ("M-1", "М-1"), ("H-1", "Н-1"),
    ("K-1", "К-1"), ("T-1", "Т-1"), ("P-1", "Р-1"), ("A-1", "A一1"), ("日光-1", "曰光-1"), ("X-1", "Χ-1"),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_look_alikes_are_two_numbers_that_warn_of_each_other(one: str, other: str):
    assert code_key(one) != code_key(other)
    assert look_alike_key(one) == look_alike_key(other)


def test_numbers_that_differ_to_the_eye_do_not_warn():
    numbers = ["A-101", "A-102", "B-101", "建施-01", "结施-01", "A-1", "S-5", "A-B", "A-8"]
    assert len({look_alike_key(n) for n in numbers}) == len(numbers)


@pytest.mark.parametrize(("one", "other"), [("建施-01", "建施01"), ("A 1.01", "a-101"), ("A（1）", "A1")])
def test_loose_keys_find_what_is_written_otherwise(one: str, other: str):
    assert loose_key(one) == loose_key(other)


@given(PRINTABLE)
def test_normalising_twice_is_normalising_once(text: str):
    try:
        once = normalise(text)
    except UnprintableText:
        return
    assert normalise(once) == once
    assert code_key(once) == code_key(text)


@given(st.text(st.characters(), max_size=40))
def test_cleaning_never_fails_and_leaves_only_what_can_be_stored(text: str):
    flat = clean(text)
    assert normalise(flat) == flat
    assert not any(unicodedata.category(c) in ("Cc", "Cf", "Cs") for c in flat)
    flat.encode()


@given(st.text(st.characters(), max_size=40))
def test_storable_takes_away_nul_and_half_characters_at_any_depth_and_nothing_else(text: str):
    kept = storable({"a": [text, {"b": (text,)}], "n": 1, "x": None})
    word = kept["a"][0]
    assert kept == {"a": [word, {"b": [word]}], "n": 1, "x": None}
    word.encode()
    assert word == "".join(c for c in text if c != "\0" and not "\ud800" <= c <= "\udfff")


@given(
    st.text("abAB建-.", max_size=6),
    st.integers(0, 10**12),
    st.integers(0, 10**12),
    st.text("ab-", max_size=3),
)
def test_numbers_after_an_equal_beginning_sort_by_their_value(head: str, one: int, other: int, tail: str):
    keys = natural_key(f"{head}{one}{tail}"), natural_key(f"{head}{other}{tail}")
    assert (keys[0] < keys[1]) == (one < other)
    assert (keys[0] == keys[1]) == (one == other)


def test_a_real_list_sorts_as_people_expect():
    listed = [
        "建施-1",
        "建施-2",
        "建施-02a",
        "建施-9",
        "建施-10",
        "建施-10A",
        "建施-11",
        "建施-100",
        "结施-1",
    ]
    assert sorted([*listed[5:], *listed[:5]], key=natural_key) == listed
    assert natural_key("A-007") == natural_key("a-7")


@given(st.text(max_size=30))
def test_dropping_what_cannot_be_printed_is_the_same_for_a_whole_text_as_one_character_after_the_other(
    text: str,
):
    hidden = {"Cc", "Cf", "Cs"}
    nothing = "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\U000e0100-\U000e01ef]"
    folded = unicodedata.normalize("NFKC", "".join(c for c in text if unicodedata.category(c) != "Cs"))
    kept = [c for c in folded if c.isspace() or unicodedata.category(c) not in hidden]
    assert clean(text) == normalise("".join(c for c in kept if not re.match(nothing, c)))
