"""A workbook as its parts of XML, to change some of them and leave the others byte for byte."""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterator
from typing import IO
from xml.dom import minidom
from xml.dom.minidom import Element


def children(node: Element, *names: str) -> Iterator[Element]:
    """Child elements with one of these local names; without any, all of them."""
    for child in list(node.childNodes):
        if child.nodeType == child.ELEMENT_NODE and (not names or local(child) in names):
            yield child


def child(node: Element, name: str) -> Element | None:
    return next(children(node, name), None)


def descendants(node: Element, name: str) -> Iterator[Element]:
    for one in children(node):
        if local(one) == name:
            yield one
        yield from descendants(one, name)


def local(node: Element) -> str:
    """The name without the prefix, which every program chooses for itself."""
    return node.tagName.rpartition(":")[2]


def new(beside: Element, name: str, text: str | None = None) -> Element:
    """An element with the prefix of ``beside``."""
    prefix, colon, _name = beside.tagName.rpartition(":")
    document = beside.ownerDocument
    assert document is not None
    made = document.createElementNS(beside.namespaceURI, f"{prefix}{colon}{name}")
    if text is not None:
        made.appendChild(document.createTextNode(text))
    return made


def text_of(node: Element | None) -> str:
    if node is None:
        return ""
    return "".join(part.data for part in node.childNodes if part.nodeType in (part.TEXT_NODE, part.CDATA_SECTION_NODE))


def set_text(node: Element, text: str) -> None:
    for part in list(node.childNodes):
        node.removeChild(part)
    document = node.ownerDocument
    assert document is not None
    node.appendChild(document.createTextNode(text))


class Package:
    """The parts of an xlsx by their name. What is asked for as XML is written back as it stands then."""

    def __init__(self, file: IO[bytes]) -> None:
        self._archive = zipfile.ZipFile(file)
        self._parsed: dict[str, minidom.Document] = {}
        self._dropped: set[str] = set()

    @property
    def names(self) -> list[str]:
        return [name for name in self._archive.namelist() if name not in self._dropped]

    def root(self, name: str) -> Element:
        if name not in self._parsed:
            self._parsed[name] = minidom.parseString(self._archive.read(name))
        root = self._parsed[name].documentElement
        assert root is not None
        return root

    def related(self, name: str, kind: str) -> dict[str, str]:
        """Parts that ``name`` points to with a relation whose type ends in ``kind``: ``{id: part}``."""
        folder, _slash, file = name.rpartition("/")
        place = posixpath.join(folder, "_rels", f"{file}.rels")
        if place not in self._archive.namelist():
            return {}
        found = {}
        for relation in children(self.root(place), "Relationship"):
            if relation.getAttribute("Type").endswith(f"/{kind}"):
                target = relation.getAttribute("Target")
                path = target.lstrip("/") if target.startswith("/") else posixpath.join(folder, target)
                found[relation.getAttribute("Id")] = posixpath.normpath(path)
        return found

    def drop(self, owner: str, kind: str) -> None:
        """Leave out what ``owner`` points to with this kind of relation, and every word of it."""
        gone = self.related(owner, kind)
        folder, _slash, file = owner.rpartition("/")
        for name, element, key in (
            (posixpath.join(folder, "_rels", f"{file}.rels"), "Relationship", "Id"),
            ("[Content_Types].xml", "Override", "PartName"),
        ):
            marks = set(gone) if key == "Id" else {f"/{part}" for part in gone.values()}
            for one in children(self.root(name), element) if gone else ():
                if one.getAttribute(key) in marks:
                    self.root(name).removeChild(one)
        self._dropped |= set(gone.values())

    def write(self, out: str) -> None:
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
            for name in self.names:
                document = self._parsed.get(name)
                target.writestr(name, document.toxml("UTF-8") if document else self._archive.read(name))
