"""Marks as BCF (BIM Collaboration Format, buildingSMART), versions 2.1 and 3.0: a topic for each, with picture and camera.

A sheet has no model: the camera looks straight down on it (orthogonal), in metres of sheet space; the sheet itself is
named by an external document reference. Order and spelling follow the schemas of each version
(github.com/buildingSMART/BCF-XML: markup.xsd, visinfo.xsd, version.xsd, project.xsd, extensions.xsd).
"""

import io
import uuid
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from xml.etree import ElementTree as ET

from app.kernel.text import storable
from app.markups.exports.sheets import MarkedSheet, NumberedMark
from app.markups.exports.wording import caption_of, facts_of, kind_of, said_by, status_of, who
from app.markups.geometry import Box
from app.markups.queries.marks import CommentView
from app.markups.rules import KIND_LABELS, STATUS_LABELS
from app.record.exports import Wording

BCF_TYPE = "application/octet-stream"
MOST_TOPICS = 200
"""Each needs a picture that is drawn for it."""
_NAMESPACE = uuid.UUID("6a0c5d0e-3f2b-5c57-9d0a-0e5e7f1c2b11")
"""Of identifiers made from ours."""
_UM = 1_000_000


class BcfVersion(StrEnum):
    """Versions that are written."""

    V2_1 = "2.1"
    V3_0 = "3.0"


@dataclass(frozen=True)
class Snapshot:
    """The place of a mark as a picture."""

    png: bytes
    box: Box
    """um of sheet space."""


@dataclass(frozen=True)
class BcfFile:
    """All that goes into one file."""

    version: BcfVersion
    project_id: str
    project_name: str
    sheets: Sequence[MarkedSheet]
    snapshots: Mapping[str, Snapshot]
    """By mark."""
    base_url: str
    wording: Wording


def marks_bcf(file: BcfFile) -> bytes:
    """The ZIP. Equal input gives equal bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in _members(file):
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_STORED if name.endswith(".png") else zipfile.ZIP_DEFLATED
            archive.writestr(info, data)
    return out.getvalue()


def guid(*parts: str) -> str:
    """A GUID that is the same for the same thing."""
    return str(uuid.uuid5(_NAMESPACE, "/".join(parts)))


def _members(file: BcfFile) -> Iterable[tuple[str, bytes]]:
    version = ET.Element("Version", {"VersionId": file.version})
    if file.version is BcfVersion.V2_1:
        _add(version, "DetailedVersion", file.version)
    yield "bcf.version", _bytes(version)
    if (
        file.version is BcfVersion.V3_0
    ):  # in 2.1 this file names a schema of extensions, which we have none of
        yield "project.bcfp", _bytes(_project(file))
        yield "extensions.xml", _bytes(_extensions(file))
    for sheet in file.sheets:
        for mark in sheet.marks:
            folder = guid(mark.view.id)
            yield f"{folder}/markup.bcf", _bytes(_markup(file, sheet, mark))
            snapshot = file.snapshots.get(mark.view.id)
            if snapshot is not None:
                yield f"{folder}/viewpoint.bcfv", _bytes(_viewpoint(file, mark, snapshot.box))
                yield f"{folder}/snapshot.png", snapshot.png


def _project(file: BcfFile) -> ET.Element:
    root = ET.Element("ProjectInfo")
    project = ET.SubElement(root, "Project", {"ProjectId": guid(file.project_id)})
    _add(project, "Name", file.project_name)
    return root


def _extensions(file: BcfFile) -> ET.Element:
    """What values the topics use; a list for each is required."""
    people = {_author(mark, file.wording) for sheet in file.sheets for mark in sheet.marks}
    people |= {who(m.view.assignee) for s in file.sheets for m in s.marks if m.view.assignee}
    lists: tuple[tuple[str, str, Iterable[str]], ...] = (
        ("TopicTypes", "TopicType", (file.wording.say(label) for label in KIND_LABELS.values())),
        ("TopicStatuses", "TopicStatus", (file.wording.say(label) for label in STATUS_LABELS.values())),
        ("Priorities", "Priority", ()),
        ("TopicLabels", "TopicLabel", sorted({sheet.number for sheet in file.sheets})),
        ("Users", "User", sorted(people)),
        ("SnippetTypes", "SnippetType", ()),
        ("Stages", "Stage", ()),
    )
    root = ET.Element("Extensions")
    for name, item, values in lists:
        group = ET.SubElement(root, name)
        for value in values:
            _add(group, item, value)
    return root


def _markup(file: BcfFile, sheet: MarkedSheet, mark: NumberedMark) -> ET.Element:
    root = ET.Element("Markup")
    topic = _topic(file, sheet, mark)
    root.append(topic)
    has_view = mark.view.id in file.snapshots
    comments = [_comment(mark, said, file) for said in mark.view.comments]
    if file.version is BcfVersion.V2_1:
        root.extend(comments)
        if has_view:
            root.append(_view(mark, "Viewpoints"))
        return root
    _group(topic, "Comments", comments)
    _group(topic, "Viewpoints", [_view(mark, "ViewPoint")] if has_view else [])
    return root


def _topic(file: BcfFile, sheet: MarkedSheet, mark: NumberedMark) -> ET.Element:
    view, wording = mark.view, file.wording
    attributes = {
        "Guid": guid(view.id),
        "TopicType": kind_of(view, wording),
        "TopicStatus": status_of(view, wording),
    }
    topic = ET.Element("Topic", attributes)
    is_old = file.version is BcfVersion.V2_1
    link = _element("ReferenceLink", f"{file.base_url}/sheets/{sheet.sheet_id}?rev={sheet.revision_id}")
    _listed(topic, "ReferenceLinks", link, is_old=is_old)
    _add(topic, "Title", _title(sheet, mark, wording))
    _add(topic, "Index", str(mark.number))
    label = _element("Labels" if is_old else "Label", sheet.number)
    _listed(topic, "Labels", label, is_old=is_old)
    _add(topic, "CreationDate", _instant(view.created_at))
    _add(topic, "CreationAuthor", _author(mark, wording))
    _add(topic, "ModifiedDate", _instant(view.changed_at))
    if view.assignee is not None:
        _add(topic, "AssignedTo", who(view.assignee))
    text = "\n".join(filter(None, (caption_of(view, wording), view.text, *facts_of(view, wording))))
    if text:
        _add(topic, "Description", text)
    _refer(topic, file, sheet, is_old=is_old)
    return topic


def _refer(topic: ET.Element, file: BcfFile, sheet: MarkedSheet, *, is_old: bool) -> None:
    """The sheet, as an external document: BCF knows models, and this is none."""
    name = " ".join(filter(None, (sheet.number, sheet.title, sheet.version or sheet.rev_label)))
    address = f"{file.base_url}/sheets/{sheet.sheet_id}?rev={sheet.revision_id}"
    key = guid("sheet", sheet.revision_id, topic.attrib["Guid"])
    if is_old:
        reference = ET.SubElement(topic, "DocumentReference", {"Guid": key, "isExternal": "true"})
        _add(reference, "ReferencedDocument", address)
        _add(reference, "Description", name)
        return
    group = ET.SubElement(topic, "DocumentReferences")
    reference = ET.SubElement(group, "DocumentReference", {"Guid": key})
    _add(reference, "Url", address)
    _add(reference, "Description", name)


def _title(sheet: MarkedSheet, mark: NumberedMark, wording: Wording) -> str:
    first = next(iter(mark.view.text.splitlines()), "") or caption_of(mark.view, wording)
    place = " ".join(filter(None, (sheet.number, mark.field)))
    short = first if len(first) <= 60 else first[:59] + "…"
    return f"{place} {short or kind_of(mark.view, wording)}"


def _author(mark: NumberedMark, wording: Wording) -> str:
    return said_by(mark.view.author, mark.view.origin, wording) or "—"


def _comment(mark: NumberedMark, said: CommentView, file: BcfFile) -> ET.Element:
    comment = ET.Element("Comment", {"Guid": guid(said.id)})
    _add(comment, "Date", _instant(said.written_at))
    _add(comment, "Author", said_by(said.author, said.origin, file.wording) or "—")
    _add(comment, "Comment", said.text)
    if mark.view.id in file.snapshots:
        ET.SubElement(comment, "Viewpoint", {"Guid": guid("view", mark.view.id)})
    return comment


def _view(mark: NumberedMark, name: str) -> ET.Element:
    view = ET.Element(name, {"Guid": guid("view", mark.view.id)})
    _add(view, "Viewpoint", "viewpoint.bcfv")
    _add(view, "Snapshot", "snapshot.png")
    return view


def _viewpoint(file: BcfFile, mark: NumberedMark, box: Box) -> ET.Element:
    """The camera: straight above the middle of the picture, looking down; the height of what it sees in metres."""
    root = ET.Element("VisualizationInfo", {"Guid": guid("view", mark.view.id)})
    camera = ET.SubElement(root, "OrthogonalCamera")
    x0, y0, x1, y1 = (value / _UM for value in box)
    _triple(camera, "CameraViewPoint", ((x0 + x1) / 2, (y0 + y1) / 2, 1.0))
    _triple(camera, "CameraDirection", (0.0, 0.0, -1.0))
    _triple(camera, "CameraUpVector", (0.0, 1.0, 0.0))
    _add(camera, "ViewToWorldScale", f"{y1 - y0:.6f}")
    if file.version is BcfVersion.V3_0:
        _add(camera, "AspectRatio", f"{(x1 - x0) / (y1 - y0):.6f}")
    return root


def _triple(parent: ET.Element, name: str, values: tuple[float, float, float]) -> None:
    point = ET.SubElement(parent, name)
    for axis, value in zip("XYZ", values, strict=True):
        _add(point, axis, f"{value:.6f}")


def _listed(parent: ET.Element, name: str, child: ET.Element, *, is_old: bool) -> None:
    """2.1 repeats an element, 3.0 puts it into a group."""
    if is_old:
        parent.append(child)
    else:
        _group(parent, name, [child])


def _group(parent: ET.Element, name: str, children: Sequence[ET.Element]) -> None:
    if children:
        ET.SubElement(parent, name).extend(children)


def _element(name: str, text: str) -> ET.Element:
    element = ET.Element(name)
    element.text = _xml(text)
    return element


def _add(parent: ET.Element, name: str, text: str) -> None:
    parent.append(_element(name, text))


def _xml(text: str) -> str:
    """Without what XML 1.0 cannot hold."""
    kept = str(storable(text))
    return "".join(c for c in kept if c in "\t\n\r" or (c >= " " and c not in "\ufffe\uffff"))


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _bytes(root: ET.Element) -> bytes:
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True))
