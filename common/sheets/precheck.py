"""The look into a zipped workbook before any reader sees it.

Every part is inflated and counted once; on the way the facts are gathered that
calamine does not tell: error cells (it shows them as empty) and hidden rows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import BinaryIO

from common.sheets import ods, xlsb
from common.sheets.archive import Archive, is_xml, xml_slabs
from common.sheets.workbook import Fault, Limits, SheetFacts

_MACRO_PARTS = ("vbaproject.bin", "/macrosheets/", "basic/script-lc.xml")
_MACRO_TYPE = re.compile(rb"(?:sheet|template)\.macroEnabled")  # not the sheet.binary.macroEnabled of every .xlsb
_OTHER_DOCUMENTS = (("word/", "word"), ("ppt/", "slides"), ("visio/", "other"), ("index/", "numbers"))
_MAIN_PARTS = {"workbook.xml": "xml", "workbook.bin": "bin"}
_SHEET = re.compile(rb"<(?:\w+:)?sheet\s[^>]*>")
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\s[^>]*>")
_ATTRIBUTE = re.compile(rb"([\w:]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_ROW = re.compile(rb"<(?:\w+:)?row\b[^>]*>")
_ERROR_CELL = re.compile(rb"<(?:\w+:)?c\b(?=[^>]*\st=[\"']e[\"'])([^>]*)>(.*?)</(?:\w+:)?c>", re.S)
_NO_RESULT = re.compile(  # a formula whose value is missing; with t="str" it is known to be an empty text
    rb"<(?:\w+:)?c\b([^<>]*+)>\s*+<(?:\w+:)?f\b(?:[^<>]*/>|[^<>]*+>([^<]*+)</(?:\w+:)?f>)"
    rb"\s*+(?:<(?:\w+:)?v\s*+/>|<(?:\w+:)?v>\s*+</(?:\w+:)?v>)?\s*+</(?:\w+:)?c>"
)
_TEXT_TYPE = re.compile(rb"\st=[\"']str[\"']")
_HIDDEN_COLUMNS = re.compile(rb"<(?:\w+:)?col\b(?=[^<>]*\shidden=[\"'](?:1|true))[^<>]*>")
_VALUE = re.compile(rb"<(?:\w+:)?v>([^<]*)</")
_REFERENCE = re.compile(rb"\br=[\"']([A-Z]+)(\d+)[\"']")
_FAR_CELL = re.compile(rb" r=\"([A-Z]{3,}\d+|[A-Z]+\d{6,})\"[^>]*>")  # the literal start makes it four times faster


def check_zip(file: BinaryIO, limits: Limits) -> tuple[str, dict[int, SheetFacts]]:
    """Return format and facts per sheet index of a zipped workbook, or raise Fault."""
    archive = Archive(file, limits)
    _refuse_strangers(archive)
    if archive.find("content.xml") and archive.find("mimetype"):
        _check_open_document(archive)
        return "ods", _scan_ods(archive, limits)
    folder, suffix = _workbook_place(archive)
    places = _sheet_places(archive, folder, suffix)
    facts: dict[int, SheetFacts] = {}
    for name in archive.parts:
        if name not in places:
            _count(archive, name)
        elif suffix == "xml":
            facts[places[name]] = _scan_worksheet(archive, name, limits)
        else:
            facts[places[name]] = xlsb.scan_worksheet(archive.read(name))
    return "xlsx" if suffix == "xml" else "xlsb", facts


def _refuse_strangers(archive: Archive) -> None:
    """Refuse other documents and anything that carries macros."""
    names = [name.lower() for name in archive.parts]
    for prefix, kind in _OTHER_DOCUMENTS:
        if any(name.startswith(prefix) for name in names):
            raise Fault("wrong_type", kind=kind)
    if any(mark in name for name in names for mark in _MACRO_PARTS):
        raise Fault("macros")
    types = archive.find("[Content_Types].xml")
    if types and _MACRO_TYPE.search(archive.read(types)):
        raise Fault("macros")


def _workbook_place(archive: Archive) -> tuple[str, str]:
    """Return folder and suffix (`xml`, `bin`) of the main part, found the way the reader finds it."""
    package = archive.find("_rels/.rels")
    if package is None:
        raise Fault("wrong_type", kind="archive")
    for tag in map(_attributes, _RELATION.findall(archive.read(package))):
        folder, slash, name = tag.get("Target", "").lstrip("/").rpartition("/")
        if tag.get("Type", "").endswith("/relationships/officeDocument") and name in _MAIN_PARTS:
            return folder + slash, _MAIN_PARTS[name]
    raise Fault("damaged")


def _check_open_document(archive: Archive) -> None:
    if b"opendocument.spreadsheet" not in archive.read("mimetype"):
        raise Fault("wrong_type", kind="word")
    manifest = archive.find("META-INF/manifest.xml")
    if manifest and b"encryption-data" in archive.read(manifest):
        raise Fault("encrypted")


def _scan_ods(archive: Archive, limits: Limits) -> dict[int, SheetFacts]:
    scan = ods.Scan(limits)
    for name in archive.parts:
        if name == "content.xml":
            for slab in xml_slabs(archive.blocks(name), ods.ROW_END):
                scan.feed(slab)
        else:
            _count(archive, name)
    return scan.facts


def _count(archive: Archive, name: str) -> None:
    """Inflate a part only for its size and, in XML, for forbidden declarations."""
    blocks: Iterator[bytes] = archive.blocks(name)
    for _slab in xml_slabs(blocks) if is_xml(name) else blocks:
        pass


def _sheet_places(archive: Archive, folder: str, suffix: str) -> dict[str, int]:
    """Map part names to the index of their sheet, in workbook order."""
    workbook, relations = (
        archive.find(f"{folder}workbook.{suffix}"),
        archive.find(f"{folder}_rels/workbook.{suffix}.rels"),
    )
    if workbook is None or relations is None:
        raise Fault("damaged")
    tags = [_attributes(tag) for tag in _RELATION.findall(archive.read(relations))]
    targets = {tag.get("Id", ""): tag.get("Target", "") for tag in tags}
    content = archive.read(workbook)
    ids = xlsb.sheet_ids(content) if suffix == "bin" else [_relation_id(tag) for tag in _SHEET.findall(content)]
    places: dict[str, int] = {}
    for index, identifier in enumerate(ids):
        target = targets.get(identifier, "")
        part = archive.find(target if target.startswith("/") else folder + target)
        if part is None or part in places:
            raise Fault("damaged")
        places[part] = index
    return places


def _relation_id(tag: bytes) -> str:
    return next((value for key, value in _attributes(tag).items() if key.rpartition(":")[2] == "id"), "")


def _attributes(tag: bytes) -> dict[str, str]:
    return {key.decode(): (one or two).decode("utf-8", "replace") for key, one, two in _ATTRIBUTE.findall(tag)}


def _scan_worksheet(archive: Archive, name: str, limits: Limits) -> SheetFacts:
    facts = SheetFacts()
    for slab in xml_slabs(archive.blocks(name), b"row>"):
        _check_extent(slab, limits)
        if b't="e"' in slab or b"t='e'" in slab:
            facts.errors.update(_error_cells(slab))
        if b"<f" in slab or b":f" in slab:
            facts.errors.update(_formulas_without_result(slab))
        if b"hidden=" in slab:
            facts.hidden_rows.update(_hidden_rows(slab))
            facts.hidden_columns.update(_hidden_columns(slab, limits))
    return facts


def _check_extent(slab: bytes, limits: Limits) -> None:
    """Refuse a value far outside: readers allocate the whole rectangle up to it."""
    for match in _FAR_CELL.finditer(slab):
        if match[0].endswith(b"/>"):
            continue  # formatted but empty: readers skip it
        row, column = _position(match[0])
        if row == limits.rows:  # the table simply goes on
            raise Fault("too_many_rows")
        if column == limits.columns:
            raise Fault("too_many_columns")
        if row > limits.rows or column > limits.columns:
            raise Fault("far_cell", cell=match[1].decode(), rows=limits.rows, columns=limits.columns)


def _position(tag: bytes) -> tuple[int, int]:
    """Return zero-based row and column from the reference in a cell's tag."""
    match = _REFERENCE.search(tag)
    if match is None:
        raise Fault("damaged")
    column = 0
    for letter in match[1]:
        column = column * 26 + letter - 64
    return int(match[2]) - 1, column - 1


def _error_cells(slab: bytes) -> Iterator[tuple[tuple[int, int], str]]:
    for attributes, content in _ERROR_CELL.findall(slab):
        value = _VALUE.search(content)
        yield _position(attributes), value[1].decode("utf-8", "replace") if value else "#N/A"


def _formulas_without_result(slab: bytes) -> Iterator[tuple[tuple[int, int], str]]:
    for attributes, formula in _NO_RESULT.findall(slab):
        if not _TEXT_TYPE.search(attributes):
            yield _position(attributes), f"={unescape(formula.decode('utf-8', 'replace'))}"


def _hidden_columns(slab: bytes, limits: Limits) -> Iterator[int]:
    for tag in map(_attributes, _HIDDEN_COLUMNS.findall(slab)):
        if tag.get("min", "").isdigit() and tag.get("max", "").isdigit():
            yield from range(int(tag["min"]) - 1, min(int(tag["max"]), limits.columns))


def _hidden_rows(slab: bytes) -> Iterator[int]:
    for tag in _ROW.findall(slab):
        attributes = _attributes(tag)
        if attributes.get("hidden") in ("1", "true") and attributes.get("r", "").isdigit():
            yield int(attributes["r"])
