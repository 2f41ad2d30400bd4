"""Making files ready happens in a child; whatever happens to the child, there is a whole file or a refusal."""

import copy
import hashlib
import math
import os
import signal
from dataclasses import replace
from typing import Any

import pikepdf
import psutil
import pytest
from pikepdf import Dictionary, Name, String

from app.kernel.errors import Refused
from app.seals import jailing
from app.seals.rules import Level, SealKind, Verdict
from app.seals.sealing import jail
from app.seals.sealing.pades import Act
from app.seals.sealing.places import Instead, Wish, find_places
from app.seals.sealing.preparing import make_ready
from app.seals.verifying.jail import judge_file
from app.seals.verifying.trust import TrustList
from tests.samples import sample
from tests.seals import sealing_set as given
from viewers.render.sandbox import Limits, capabilities
from viewers.render.worker import Worker

WISHES = [
    Wish("issue", SealKind.ISSUE),
    Wish("registered-1", SealKind.REGISTERED, sizes=((40.0, 26.0),)),
    Wish("as-built", SealKind.AS_BUILT, is_last=True),
]


def full(path):
    """A sheet without room."""
    return given.sheet(path, content=b"".join(b"0 %d m 2400 %d l S " % (y, y) for y in range(0, 1700, 12)))


def refusal(source, folder, **how: Any) -> str:
    """The code of the refusal; nothing may be left behind, and what was there stays."""
    target = folder / "target.pdf"
    target.write_bytes(b"was here")
    with pytest.raises(Refused) as caught:
        jail.ready_file(source, target, WISHES, may_add_margin=False, **how)
    assert target.read_bytes() == b"was here"
    assert not list(folder.glob("*.part"))
    assert caught.value.message.zh
    assert caught.value.way_out.en
    return caught.value.code


def test_a_child_makes_of_a_real_sheet_what_the_library_does(tmp_path):
    source, target = sample("annex", "pdf", "K1.1_VUNDAMENDITALDMIKE_PLAAN.pdf"), tmp_path / "out.pdf"
    ready = jail.ready_file(source, target, WISHES, may_add_margin=False)
    made = make_ready(source, tmp_path / "same.pdf")
    assert (ready.pages, ready.taken, ready.loose_fonts) == (made.pages, made.taken, made.loose_fonts)
    assert ready.layout == find_places(tmp_path / "same.pdf", WISHES)
    assert ready.margin_mm == 0
    content = target.read_bytes()
    assert (ready.sha256, ready.size) == (hashlib.sha256(content).hexdigest(), len(content))
    assert content.startswith((tmp_path / "same.pdf").read_bytes())


def test_what_was_made_ready_is_sealed_and_judged_valid(tmp_path):
    source, target = given.sheet(tmp_path / "in.pdf"), tmp_path / "out.pdf"
    jail.ready_file(source, target, WISHES, may_add_margin=False)
    for name in ("issue", "registered-1", "as-built"):
        given.desk(Level.LTA).seal(target, target, Act(name))
    report = judge_file(target, TrustList.of("test", "1", [given.authority().root.asn1]))
    assert (report.verdict, report.codes) == (Verdict.VALID, frozenset())


def test_a_full_sheet_gets_a_margin_only_where_that_is_allowed(tmp_path):
    source = full(tmp_path / "in.pdf")
    kept = jail.ready_file(source, tmp_path / "kept.pdf", WISHES, may_add_margin=False)
    assert (kept.layout.placed, kept.layout.missing) == ((), tuple(WISHES))
    assert (kept.layout.instead, kept.margin_mm) == (Instead.STRIP, 0)
    wider = jail.ready_file(source, tmp_path / "wider.pdf", WISHES, may_add_margin=True)
    assert [one.field.name for one in wider.layout.placed] == [wish.name for wish in WISHES]
    assert (wider.layout.missing, wider.margin_mm) == ((), kept.layout.strip_mm)
    with pikepdf.open(tmp_path / "kept.pdf") as one, pikepdf.open(tmp_path / "wider.pdf") as other:
        grown = float(one.pages[0].mediabox[1]) - float(other.pages[0].mediabox[1])
    assert math.isclose(grown * 25.4 / 72, wider.margin_mm, abs_tol=0.01)


def test_what_is_taken_out_is_told(tmp_path):
    source = given.sheet(tmp_path / "in.pdf")
    with pikepdf.open(source, allow_overwriting_input=True) as pdf:
        pdf.Root.OpenAction = Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))
        pdf.save(source)
    ready = jail.ready_file(source, tmp_path / "out.pdf", WISHES, may_add_margin=False)
    assert [(one.code, one.count) for one in ready.taken] == [("actions", 1)]


def test_files_that_cannot_be_made_ready_are_refused_in_both_languages(tmp_path):
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(b"%PDF-1.7\nnothing")
    assert refusal(broken, tmp_path) == "pdf-cannot-be-made-harmless"
    outside = given.sheet(tmp_path / "outside.pdf")
    with pikepdf.open(outside, allow_overwriting_input=True) as pdf:
        pdf.pages[0].obj.Contents[Name.F] = String("elsewhere.bin")
        pdf.save(outside)
    with pytest.raises(Refused) as caught:
        jail.ready_file(outside, tmp_path / "no.pdf", WISHES, may_add_margin=False)
    assert "外部" in caught.value.message.zh
    assert "outside" in caught.value.message.en
    sealed = tmp_path / "sealed.pdf"
    jail.ready_file(given.sheet(tmp_path / "in.pdf"), sealed, WISHES, may_add_margin=False)
    given.desk(Level.B).seal(sealed, sealed, Act("issue"))
    assert refusal(sealed, tmp_path) == "pdf-already-sealed"


def test_a_child_that_is_slow_or_hungry_or_killed_is_a_refusal(tmp_path, monkeypatch):
    source = given.sheet(tmp_path / "in.pdf")
    assert refusal(source, tmp_path, wall=0.001) == "seal-ready-too-slow"
    hungry = replace(jail.LIMITS, memory=64 << 20)
    assert refusal(source, tmp_path, limits=hungry) in {"seal-ready-too-large", "seal-ready-broke"}

    def killed(worker: Worker, *_: object, **__: object) -> object:
        os.kill(worker.process.pid, signal.SIGKILL)
        return ask(worker, {"work": {}}, timeout=10.0)

    ask = Worker.ask
    monkeypatch.setattr(Worker, "ask", killed)
    assert refusal(source, tmp_path) == "seal-ready-broke"


@pytest.fixture(scope="module")
def honest(tmp_path_factory):
    """An answer that is believed, with its file."""
    source = given.sheet(tmp_path_factory.mktemp("honest") / "in.pdf")
    request = {
        "wishes": [
            {"name": wish.name, "kind": wish.kind, "is_last": wish.is_last, "sizes": wish.sizes}
            for wish in WISHES
        ],
        "may_add_margin": False,
    }
    return source, jailing.ask_child(jailing.READY, request, source, jail.LIMITS, 60.0)


NONSENSE = {
    "nothing": lambda answer: answer.clear(),
    "pages": lambda answer: answer.update(pages="1"),
    "no pages": lambda answer: answer.update(pages=0),
    "unknown taken": lambda answer: answer.update(taken=[["gold", 1]]),
    "fonts": lambda answer: answer.update(loose_fonts="Arial"),
    "margin": lambda answer: answer.update(margin_mm=math.nan),
    "a wish is gone": lambda answer: answer["layout"]["placed"].pop(),
    "a wish twice": lambda answer: answer["layout"]["placed"].append(answer["layout"]["placed"][0]),
    "a stranger": lambda answer: answer["layout"]["placed"][0]["field"].update(name="other"),
    "no box": lambda answer: answer["layout"]["placed"][0]["field"].update(box=[5, 5, 5, 9]),
    "endless box": lambda answer: answer["layout"]["placed"][0]["field"].update(box=[0, 0, math.inf, 9]),
    "instead": lambda answer: answer["layout"].update(instead="strip"),
    "layout": lambda answer: answer.update(layout=[]),
}


@pytest.mark.parametrize("name", NONSENSE)
def test_a_child_that_answers_nonsense_is_not_believed(tmp_path, monkeypatch, honest, name):
    source, (answer, content) = honest
    lie = copy.deepcopy(answer)
    NONSENSE[name](lie)
    monkeypatch.setattr(jail, "ask_child", lambda *_: (lie, content))
    assert refusal(source, tmp_path) == "seal-ready-broke"
    monkeypatch.setattr(jail, "ask_child", lambda *_: (answer, b"no file"))
    assert refusal(source, tmp_path) == "seal-ready-broke"
    monkeypatch.setattr(jail, "ask_child", lambda *_: (answer, content))
    assert jail.ready_file(source, tmp_path / "good.pdf", WISHES, may_add_margin=False).pages == 1


def test_names_that_are_no_names_never_reach_a_child(tmp_path):
    with pytest.raises(ValueError, match="unique and plain"):
        jail.ready_file(tmp_path / "none.pdf", tmp_path / "out.pdf", [WISHES[0]] * 2, may_add_margin=False)


@pytest.mark.parametrize("role", [jailing.JUDGE, jailing.READY])
def test_every_child_of_the_seals_has_all_locks_of_the_viewers(role):
    worker = Worker(role, Limits(), None, jailing._of_this_process().get(), jailing.CHILD)
    try:
        answer, _ = worker.ask({}, timeout=60.0)
    finally:
        worker.kill()
    assert answer["jail"] == capabilities()


def test_a_stem_that_died_is_replaced_and_closing_leaves_no_child(tmp_path):
    source = given.sheet(tmp_path / "in.pdf")
    jail.ready_file(source, tmp_path / "1.pdf", WISHES, may_add_margin=False)
    stem = jailing._of_this_process().get()
    assert stem is not None
    os.kill(stem._process.pid, signal.SIGKILL)
    stem._process.wait(10)
    jail.ready_file(source, tmp_path / "2.pdf", WISHES, may_add_margin=False)
    again = psutil.Process(jailing._of_this_process().get()._process.pid)
    jailing.close()
    assert not again.is_running()
    assert jail.ready_file(source, tmp_path / "3.pdf", WISHES, may_add_margin=False).pages == 1
