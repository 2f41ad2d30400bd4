"""What a draw computes: the same for the same texts, another for any other, and no item is favoured."""

import hashlib
import json
import random
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.review.draws import check_draw_path
from app.review.draws.protocol import (
    Announcement,
    Item,
    Share,
    commitment_of,
    draw,
    has_shape,
    read_announcement,
    sha256,
)

ITEMS = [Item("case", f"case{n:016}", f"project{n % 3:013}") for n in range(20)]
PEOPLE = [f"person{n:014}" for n in range(6)]
NOTICE = Announcement(
    draw_id="d" * 20, authority_id="a" * 20, title="抽查", pool="全部：一、二", take=3, per_item=2, source="双色球",
    example="00+00", known_at="2024-03-02T01:00:00Z", reveal_until="-", unrevealed="leave-out", items=ITEMS,
    inspectors=PEOPLE, conflicts={(PEOPLE[0], ITEMS[0].project_id): "works-for designer"},
)  # fmt: skip
SHARES = [
    Share(n, p, commitment_of(sha256(NOTICE.text), p, "x" * n), "x" * n)
    for n, p in enumerate(PEOPLE, start=1)
]


def test_the_text_is_read_back_as_it_was_written() -> None:
    assert read_announcement(NOTICE.text).text == NOTICE.text
    shuffled = replace(NOTICE, items=ITEMS[::-1], inspectors=PEOPLE[::-1])
    assert shuffled.text == NOTICE.text
    with pytest.raises(ValueError, match="format 1"):
        read_announcement("something else\n")


def test_a_draw_that_was_made_once_stays_as_it_was() -> None:
    """Format 1 is final: what is hashed is written down here a second time, and the digest of one notice stands fast."""
    digest = hashlib.sha256(NOTICE.text.encode()).hexdigest()
    seed = hashlib.sha256(
        f"OneSet draw seed, format 1\nannouncement: {digest}\npublic-value: 12+34\n".encode()
    ).hexdigest()
    result = draw(NOTICE.text, "12+34")
    assert result.seed == seed
    first = min(
        hashlib.sha256(f"{seed}\nitem: case {i.id} {i.project_id}\n".encode()).hexdigest() for i in ITEMS
    )
    assert result.drawn[0].score == first
    assert sha256(NOTICE.text) == digest
    assert digest[:16] == "0e59fd19d66503b6"


def test_the_same_texts_give_the_same_result_and_each_item_once() -> None:
    result = draw(NOTICE.text, "12+34", SHARES)
    assert draw(NOTICE.text, "12+34", SHARES).text == result.text
    assert len({d.item.id for d in result.drawn}) == 3


@given(st.data())
def test_one_changed_character_of_the_announcement_is_another_draw(data: st.DataObject) -> None:
    text = NOTICE.text
    at = data.draw(st.integers(text.index("title: ") + 7, text.index("\ntake")))
    other = data.draw(st.sampled_from("一二xyz"))
    changed = text[:at] + other + text[at + 1 :]
    if changed == text or "\npool: " not in changed or "\ntake: " not in changed:
        return
    assert draw(changed, "12+34").seed != draw(text, "12+34").seed


def test_every_part_of_the_seed_matters() -> None:
    seeds = {draw(NOTICE.text, "12+34", SHARES).seed, draw(NOTICE.text, "12+35", SHARES).seed}
    for n in range(len(SHARES)):
        left_out = [replace(s, secret=None) if i == n else s for i, s in enumerate(SHARES)]
        changed = [replace(s, secret="other") if i == n else s for i, s in enumerate(SHARES)]
        seeds |= {draw(NOTICE.text, "12+34", left_out).seed, draw(NOTICE.text, "12+34", changed).seed}
    seeds.add(draw(NOTICE.text, "12+34", SHARES[::-1]).seed)
    assert len(seeds) == 2 + 2 * len(SHARES) + 1


def test_a_commitment_is_bound_to_its_draw_and_its_person() -> None:
    made = {commitment_of(digest, person, "secret") for digest in ("1", "2") for person in PEOPLE}
    assert len(made) == 2 * len(PEOPLE)


def test_no_item_and_no_inspector_is_favoured() -> None:
    """2,000 draws of fixed values: chi-square over items and inspectors, below what chance gives once in 1,000."""
    items, people = Counter[str](), Counter[str]()
    plain = replace(NOTICE, conflicts={}).text
    for n in range(2_000):
        result = draw(plain, f"{n:04}")
        items.update(d.item.id for d in result.drawn)
        people.update(p for d in result.drawn for p in d.inspectors)
    assert sum(items.values()) == 6_000
    assert sum(people.values()) == 12_000
    assert _chi_square(items, len(ITEMS)) < 43.8  # 19 degrees of freedom, 0.1 %
    assert _chi_square(people, len(PEOPLE)) < 20.5  # 5 degrees of freedom, 0.1 %


def _chi_square(counts: Counter[str], kinds: int) -> float:
    expected = sum(counts.values()) / kinds
    return sum((count - expected) ** 2 / expected for count in counts.values()) + expected * (
        kinds - len(counts)
    )


def test_who_is_in_conflict_is_passed_over_with_the_reason_and_the_others_keep_their_order() -> None:
    value = "77+01"
    free = draw(replace(NOTICE, conflicts={}, take=20).text, value)
    first = free.drawn[0]
    stopped, project = first.inspectors[0], first.item.project_id
    bound = replace(NOTICE, conflicts={(stopped, project): "seat-of designer"}, take=20)
    result = draw(bound.text, value)
    # Another announcement is another seed; the rule itself is checked on its own result.
    for one in result.drawn:
        if one.item.project_id == project:
            assert stopped not in one.inspectors
        assert {p for p, _ in one.passed_over} <= {stopped}
        assert len(one.inspectors) == 2
    everyone = {(p, i.project_id): "works-for owner" for p in PEOPLE for i in ITEMS}
    nobody = draw(replace(NOTICE, conflicts=everyone).text, value)
    assert all(one.inspectors == () and len(one.passed_over) == len(PEOPLE) for one in nobody.drawn)


@pytest.mark.parametrize(
    ("value", "is_right"),
    [
        ("12+34", True),
        ("12+3x", False),
        ("12 34", False),
        ("2+34", False),
        ("１２+34", False),
        ("99+99", True),
    ],
)
def test_a_value_is_written_like_its_example(value: str, is_right: bool) -> None:
    assert has_shape(value, "00+00") is is_right


def evidence(shares: list[Share], *, result: str = "") -> dict[str, object]:
    return {
        "announcement": NOTICE.text,
        "value": "12+34",
        "contributions": [
            {"person": s.person_id, "commitment": s.commitment, "secret": s.secret} for s in shares
        ],
        "result": result or draw(NOTICE.text, "12+34", shares).text,
    }


def checked(folder: Path, told: dict[str, object]) -> tuple[int, str]:
    path = folder / "evidence.json"
    path.write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-I", str(check_draw_path()), str(path)],
        capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


def test_the_stand_alone_script_comes_to_the_same_result(tmp_path: Path) -> None:
    left_out = [replace(s, secret=None) if s.number == 2 else s for s in SHARES]
    for shares in ([], SHARES, left_out):
        code, said = checked(tmp_path, evidence(shares))
        assert (code, said.splitlines()[-1]) == (0, "RIGHT: the result follows")
    chance = random.Random(5)
    result = draw(NOTICE.text, "12+34", SHARES).text
    at = chance.randrange(result.index("drawn: "), len(result) - 1)
    code, said = checked(tmp_path, evidence(SHARES, result=result[:at] + "?" + result[at + 1 :]))
    assert (code, said.splitlines()[-1]) == (1, "WRONG: the result is another")
    lied = [replace(SHARES[0], secret="another"), *SHARES[1:]]
    code, said = checked(tmp_path, evidence(lied))
    assert code == 1
    assert "contribution 1" in said
