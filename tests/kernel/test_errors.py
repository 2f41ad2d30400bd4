"""The catalogue of refusals: both languages, a way out, and every place filled wherever one is raised."""

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import app
from app.kernel.errors import CATALOGUE, Refused, declare, invalid
from app.kernel.labels import Label

ROOT = Path(app.__file__).parent
SUBJECTS = [p for p in ROOT.rglob("*.py") if p.relative_to(ROOT).parts[0] not in ("web", "cli", "api")]


def _declared() -> dict[str, str]:
    """Names of constants to codes, from the sources."""
    names = {}
    for path in SUBJECTS:
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
                call = node.value
                if isinstance(call.func, ast.Name) and call.func.id == "declare":
                    (target,) = node.targets
                    assert isinstance(target, ast.Name)
                    names[target.id] = ast.literal_eval(call.args[0])
    return names


DECLARED = _declared()


def _load_all() -> None:
    for module in pkgutil.walk_packages([str(ROOT)], "app."):
        if module.name.split(".")[1] not in ("web", "cli", "api", "jobs"):
            importlib.import_module(module.name)


def _places(code: str) -> set[str]:
    kind = CATALOGUE[code]
    texts = (kind.message.zh, kind.message.en, kind.way_out.zh, kind.way_out.en)
    return {name for t in texts for _, name, _, _ in Formatter().parse(t) if name}


def _raises() -> Iterator[tuple[str, str, set[str] | None]]:
    for path in SUBJECTS:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not (
                isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Refused"
            ):
                continue
            if node.args and isinstance(node.args[0], ast.Name) and node.args[0].id in DECLARED:
                keys = (
                    None if any(k.arg is None for k in node.keywords) else {str(k.arg) for k in node.keywords}
                )
                yield f"{path.relative_to(ROOT)}:{node.lineno}", DECLARED[node.args[0].id], keys


def test_every_refusal_has_both_languages_and_a_way_out():
    _load_all()
    assert set(DECLARED.values()) <= set(CATALOGUE)
    assert len(DECLARED) > 20
    for code, kind in CATALOGUE.items():
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", code), code
        assert 400 <= kind.status < 600, code
        for label in (kind.message, kind.way_out):
            assert re.search(r"[\u4e00-\u9fff]", label.zh), code
            assert re.search(r"[A-Za-z]{2}", label.en), code
            assert not re.search(r"[\u4e00-\u9fff]", label.en), code


def test_a_code_means_one_thing():
    _load_all()
    assert len(set(DECLARED.values())) == len(DECLARED)
    code = next(iter(CATALOGUE))
    try:
        declare(code, 400, "", "", "", "")
    except ValueError:
        return
    raise AssertionError("declared twice")


def test_every_place_of_every_sentence_is_filled_where_it_is_raised():
    _load_all()
    sites = list(_raises())
    assert len(sites) > 40
    for where, code, keys in sites:
        if keys is not None:
            assert _places(code) <= keys, f"{where}: {code} lacks {_places(code) - keys}"
            refusal = Refused(code, **dict.fromkeys(keys, "…"))
            assert "{" not in str(refusal.message) + str(refusal.way_out)


def test_a_label_fills_each_sentence_in_its_language() -> None:
    """The API gets the text in both; a code of a right is told by its name."""
    refused = Refused("state-conflict", state=Label("已生效", "In effect"), event=Label("撤回", "Withdraw"))
    assert refused.message.zh == "当前状态为“已生效”，不能执行“撤回”。"
    assert refused.message.en == "In state 'In effect' the step 'Withdraw' is not possible."
    assert refused.data == {"state": "已生效 / In effect", "event": "撤回 / Withdraw"}
    field = invalid("说明 / note", "过长", "is too long")
    assert (field.message.zh, field.message.en) == (
        "“说明”填写有误：过长",
        "'note' is not right: is too long",
    )
    _load_all()
    right = Refused("forbidden", action="change:consent")
    assert "change:" not in f"{right.message}"
    assert right.data == {"action": "change:consent"}
