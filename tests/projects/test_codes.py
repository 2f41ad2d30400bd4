"""Codes of DOMAIN 3.1 and 3.3: the real ones found in public data, and every single mistake in them."""

import pytest

from app.accounts.rules import uscc_is_right
from app.projects.rules import BuildingScheme, CodeVerdict, check_building_code, check_project_code

NEW = (
    "2603-141124-89-05-346948",
    "2411-130202-89-01-637015",
    "2509-140602-89-05-864976",
    "2502-140109-89-01-287745",
)
OLD = ("2020-330327-48-01-167360", "2020-451421-88-03-016343")


@pytest.mark.parametrize("code", NEW)
def test_real_new_codes_pass_and_every_single_wrong_digit_is_caught(code: str):
    assert check_project_code(code).verdict is CodeVerdict.OK
    for place, right in enumerate(code):
        for wrong in set("0123456789") - {right} if right.isdigit() else ():
            mistyped = code[:place] + wrong + code[place + 1 :]
            assert check_project_code(mistyped).verdict in (
                CodeVerdict.BAD_CHECK,
                CodeVerdict.BAD_FORM,
                CodeVerdict.NO_CHECK,
            )
            if not mistyped.startswith("20"):
                assert check_project_code(mistyped).verdict is not CodeVerdict.NO_CHECK


@pytest.mark.parametrize("code", OLD)
def test_old_codes_have_no_check_digit_and_say_so(code: str):
    assert check_project_code(code).verdict is CodeVerdict.NO_CHECK


@pytest.mark.parametrize(
    "typed",
    [
        "２６０３－１４１１２４－８９－０５－３４６９４８",
        "26031411248905346948",
        " 2603—141124—89—05—346948 ",
        "2603 -141124-89-05-346948",
    ],
)
def test_codes_are_read_as_people_type_them(typed: str):
    check = check_project_code(typed)
    assert (check.value, check.verdict) == (NEW[0], CodeVerdict.OK)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "2613-141124-89-05-346948",
        "2012-330327-48-01-167360x",
        "2600-141124-89-05-346948",
        "abc",
        "2603-141124-89-05-34694",
    ],
)
def test_what_is_no_code_is_said_to_have_no_form(typed: str):
    assert check_project_code(typed).verdict is CodeVerdict.BAD_FORM


def test_the_months_of_the_change_tell_old_and_new_apart():
    assert check_project_code("2020-330327-48-01-167360").verdict is CodeVerdict.NO_CHECK
    assert check_project_code("2011-330327-48-01-167360").verdict in (CodeVerdict.OK, CodeVerdict.BAD_CHECK)


def test_building_codes_are_opaque_and_only_their_length_is_looked_at():
    code = "ab1234567890123456789012345"
    check = check_building_code(BuildingScheme.JGJ496, f" {code[:10]} {code[10:]}")
    assert (check.value, check.verdict) == (code.upper(), CodeVerdict.NO_CHECK)
    assert check_building_code(BuildingScheme.JGJ496, code[:-1]).verdict is CodeVerdict.BAD_FORM
    assert check_building_code(BuildingScheme.LOCAL, "anything at all").verdict is CodeVerdict.NO_CHECK
    assert check_building_code(BuildingScheme.LOCAL, " ").verdict is CodeVerdict.BAD_FORM


def test_credit_codes_are_checked_and_every_single_mistake_is_caught():
    """The code printed in the annex of GB 32100-2015."""
    code = "91350100M000100Y43"
    assert uscc_is_right(code)
    for place, right in enumerate(code):
        for wrong in set("0123456789ABCDEFGHJKLMNPQRTUWXY") - {right}:
            assert not uscc_is_right(code[:place] + wrong + code[place + 1 :])
    assert not uscc_is_right(code[:-1])
    assert not uscc_is_right(code.replace("M", "I"))
