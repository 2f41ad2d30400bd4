"""Layers of a PDF made part of the picture: what is shown stays, what is hidden goes, nothing can be switched.

Hidden content keeps its effect on what follows (ISO 32000-2, 8.11.3.2: only painting is left out), so operators that
set something stay, and those that paint are dropped.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Operator, Stream

_PAINTS_PATH = {"S", "s", "f", "F", "f*", "B", "B*", "b", "b*"}
_PAINTS = {"Do", "sh", "INLINE IMAGE", "EI", "Tj", "TJ"}
_DEEPEST = 40


def bake_layers(pdf: pikepdf.Pdf) -> int:
    """Take the layers out; how many of them were hidden.

    The document must have lost its annotations before.
    """
    properties = pdf.Root.get("/OCProperties")
    if properties is None:
        return 0
    hidden = _hidden(properties)
    for resources, holder in _all_resources(pdf):
        for form in _forms(resources):
            is_off = _is_hidden(form.get("/OC"), hidden)
            if "/OC" in form:
                del form["/OC"]
            if is_off:
                _empty(form)
        if hidden and holder is not None:
            _rewrite(pdf, holder, resources, hidden)
        for key in list(resources.get("/Properties", Dictionary()).keys()):
            resources.Properties[key] = Dictionary()
    del pdf.Root["/OCProperties"]
    return len(hidden)


def _empty(form: Stream) -> None:
    """A form or an image becomes a form that paints nothing: its name may still be called."""
    for key in set(form.keys()) - {"/Length"}:
        del form[key]
    form.write(b"")
    form.Type, form.Subtype, form.BBox = Name.XObject, Name.Form, Array([0, 0, 0, 0])


def _hidden(properties: pikepdf.Object) -> set[tuple[int, int]]:
    """Layers that are off in the default configuration (8.11.4.3)."""
    default = properties.get("/D", Dictionary())
    groups = {group.objgen for group in _members(properties.get("/OCGs"))}
    off = set(groups) if default.get("/BaseState") == Name.OFF else set()
    off |= {group.objgen for group in _members(default.get("/OFF"))}
    if default.get("/BaseState") == Name.OFF:
        off -= {group.objgen for group in _members(default.get("/ON"))}
    return off


def _members(array: Any) -> list[pikepdf.Object]:
    return [item for item in array if isinstance(item, Dictionary)] if isinstance(array, Array) else []


def _is_hidden(group: Any, hidden: set[tuple[int, int]]) -> bool:
    """Of a layer, or of a membership of layers (8.11.2.2)."""
    if not isinstance(group, Dictionary):
        return False
    if group.get("/Type") != Name.OCMD:
        return group.objgen in hidden
    if isinstance(group.get("/VE"), Array):
        return not _holds(group.VE, hidden, 0)
    members = group.get("/OCGs")
    of = [members] if isinstance(members, Dictionary) else _members(members)
    if not of:
        return False
    shown = [member.objgen not in hidden for member in of]
    policy = str(group.get("/P", "/AnyOn"))
    answers = {"/AllOn": all(shown), "/AnyOff": not all(shown), "/AllOff": not any(shown)}
    return not answers.get(policy, any(shown))


def _holds(expression: Any, hidden: set[tuple[int, int]], depth: int) -> bool:
    """A visibility expression: nested arrays of And, Or, Not."""
    if isinstance(expression, Dictionary):
        return expression.objgen not in hidden
    if not isinstance(expression, Array) or not len(expression) or depth > _DEEPEST:
        return True
    word, *rest = list(expression)
    answers = [_holds(part, hidden, depth + 1) for part in rest]
    if word == Name.Not:
        return not all(answers)
    return any(answers) if word == Name.Or else all(answers)


def _forms(resources: pikepdf.Object) -> Iterator[Stream]:
    for form in resources.get("/XObject", Dictionary()).values():
        if isinstance(form, Stream):
            yield form


def _all_resources(pdf: pikepdf.Pdf) -> Iterable[tuple[pikepdf.Object, Any]]:
    """(resources, what draws with them) of pages, forms and tiling patterns; each once."""
    seen: set[tuple[int, int]] = set()
    queue: list[tuple[Any, Any]] = [(page.resources, page) for page in pdf.pages]
    found = []
    while queue:
        resources, holder = queue.pop()
        if not isinstance(resources, Dictionary):
            continue
        found.append((resources, holder))
        patterns = [p for p in resources.get("/Pattern", Dictionary()).values() if isinstance(p, Stream)]
        for stream in [*_forms(resources), *patterns]:
            if stream.objgen in seen:
                continue
            seen.add(stream.objgen)
            if stream.get("/Subtype") != Name.Image:
                queue.append((stream.get("/Resources", resources), stream))
    return found


def _rewrite(pdf: pikepdf.Pdf, holder: Any, resources: pikepdf.Object, hidden: set[tuple[int, int]]) -> None:
    """Leave out of a content stream what hidden layers paint."""
    properties = resources.get("/Properties", Dictionary())
    depth: list[bool] = []
    kept: list[Any] = []
    for instruction in pikepdf.parse_content_stream(holder):
        word = str(instruction.operator)
        if word in {"BDC", "BMC"}:
            depth.append(_hides(instruction.operands, properties, hidden))
        elif word == "EMC" and depth:
            depth.pop()
        if not any(depth):
            kept.append(instruction)
        elif word in _PAINTS_PATH:
            kept.append(([], Operator("n")))
        elif word in {"'", '"'}:
            kept.append(([], Operator("T*")))
        elif word not in _PAINTS:
            kept.append(instruction)
    content = pikepdf.unparse_content_stream(kept)
    if isinstance(holder, pikepdf.Page):
        holder.obj.Contents = pdf.make_stream(content)
    else:
        holder.write(content)


def _hides(operands: Any, properties: pikepdf.Object, hidden: set[tuple[int, int]]) -> bool:
    if len(operands) < 2 or operands[0] != Name.OC or not isinstance(operands[1], Name):
        return False
    return _is_hidden(properties.get(str(operands[1])), hidden)
