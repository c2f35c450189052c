"""Labels as PDF: what stands on them, where, and that nobody's words are markup. Codes: ``tests/browser``."""

from io import BytesIO

import pytest
from django.utils import timezone
from pypdf import PdfReader

from inventory.models import Device, LabelSheet
from reports.labels import Label, code_of, labels_of, sheets_for, write_labels, write_outlines
from schools.models import School
from tests.factories import make_device, make_label_sheet, make_model, make_room

pytestmark = pytest.mark.django_db


def pdf_of(sheet: LabelSheet, labels: list[Label], *, start: int = 1, line: str = "") -> PdfReader:
    return PdfReader(BytesIO(write_labels(sheet, labels, at=timezone.now(), start=start, line=line)))


def texts(pdf: PdfReader) -> list[list[str]]:
    """Lines of each page."""
    return [page.extract_text().split("\n") for page in pdf.pages]


def places(pdf: PdfReader, word: str) -> list[tuple[int, float, float]]:
    """Page, and millimetres from the left and the top, of each text that begins with ``word``."""
    found = []
    for number, page in enumerate(pdf.pages):
        height = float(page.mediabox.height)

        def visit(text: str, matrix: list[float], at: list[float], _font: object, _size: float) -> None:
            if text.startswith(word):
                x, y = at[4] * matrix[0] + matrix[4], at[5] * matrix[3] + matrix[5]
                found.append((number, round(x * 25.4 / 72, 1), round((height - y) * 25.4 / 72, 1)))  # noqa: B023

        page.extract_text(visitor_text=visit)
    return found


def test_label_says_number_model_and_line() -> None:
    pdf = pdf_of(make_label_sheet(), [Label("OB000123", "Apple iPad 9")], line="Stadt Lindenfurt")
    assert texts(pdf) == [["OB000123", "Apple iPad 9", "Stadt Lindenfurt"]]


def test_what_people_wrote_is_never_markup() -> None:
    number, model = "#A*_$<X>@Y", '*fett* _kursiv_ $x$ #read("x") \\ @ref'
    pdf = pdf_of(LabelSheet.objects.get(label_width=105), [Label(number, model)], line="= Größe")
    assert texts(pdf) == [[number, model, "= Größe"]]


@pytest.mark.parametrize(
    "strange", ["平板 😀 \ue000", "a\x07b\u202ec\x00", "\ufffe\uffff", "\u200b", " \n\t", "ﷺ" * 60, "e\u0301" * 60]
)
def test_signs_that_the_fonts_lack_spoil_no_sheet(strange: str) -> None:
    pdf = pdf_of(
        make_label_sheet(), [Label(strange, "iPad"), Label("OB1", strange), Label("OB2", "iPad")], line=strange
    )
    assert [line for page in texts(pdf) for line in page if line.startswith("OB")] == ["OB1", "OB2"]


def test_long_number_is_broken_and_complete() -> None:
    number = "1234567890" * 6
    (page,) = texts(pdf_of(make_label_sheet(), [Label(number, "iPad")]))
    assert ("".join(page[:-1]), page[-1]) == (number, "iPad")
    assert len({len(part) for part in page[:-1]}) == 1


def test_pages_have_the_size_of_the_paper() -> None:
    sheet = LabelSheet.objects.get(page_width=62)
    pages = pdf_of(sheet, [Label(f"OB{n}", "iPad") for n in range(3)]).pages
    assert [
        (round(float(p.mediabox.width) * 25.4 / 72), round(float(p.mediabox.height) * 25.4 / 72)) for p in pages
    ] == [(62, 30)] * 3


def test_labels_lie_where_the_measures_say() -> None:
    sheet = LabelSheet.objects.get(label_width="63.5", label_height="38.1")
    pdf = pdf_of(sheet, [Label("OB1", "iPad") for _ in range(22)])
    found = places(pdf, "OB1")
    first = found[0][1:]
    assert [(page, round(x - first[0]), round(y - first[1])) for page, x, y in (found[1], found[3], found[20])] == [
        (0, 66, 0),
        (0, 0, 38),
        (0, 132, 229),
    ]
    assert found[21] == (1, *first)


@pytest.mark.parametrize(("number", "start"), [(1, 1), (24, 1), (25, 1), (1, 24), (2, 24), (24, 2), (49, 24)])
def test_part_used_sheet_is_filled_first(number: int, start: int) -> None:
    sheet = LabelSheet.objects.get(label_width=70)
    pdf = pdf_of(sheet, [Label(f"OB{n:04}", "iPad") for n in range(number)], start=start)
    said = [[line for line in page if line.startswith("OB")] for page in texts(pdf)]
    first = said[0]
    assert (len(first), [line for page in said for line in page]) == (
        min(number, 25 - start),
        [f"OB{n:04}" for n in range(number)],
    )
    assert sheets_for(sheet, number, start=start) == len(said)


def test_no_labels_need_no_sheet() -> None:
    assert sheets_for(LabelSheet.objects.get(label_width=70), 0, start=5) == 0


def test_number_is_the_asset_tag_else_the_serial(school: School) -> None:
    model = make_model("iPad 9", manufacturer="Apple")
    make_device(school=school, model=model, serial="S1", asset_tag="T1")
    make_device(school=school, model=model, serial="S2", asset_tag="")
    assert labels_of(Device.objects.all()) == [Label("S2", "Apple iPad 9"), Label("T1", "Apple iPad 9")]


def test_labels_come_in_the_order_of_a_walk(school: School, other_school: School) -> None:
    rooms = [make_room(school, "102"), make_room(school, "101")]
    for room, tag in zip((*rooms, None), "ABC", strict=True):
        make_device(school=school, room=room, asset_tag=tag)
    make_device(school=other_school, asset_tag="D")
    make_device(status="in_stock", asset_tag="E")
    assert [label.number for label in labels_of(Device.objects.all())] == ["E", "D", "C", "B", "A"]
    assert [label.number for label in labels_of(Device.objects.all(), most=2)] == ["E", "D"]


def test_code_has_its_white_around_it() -> None:
    code = code_of("OB000123")
    assert (code.side, code.view_box, code.path[:9]) == (29, "-4 -4 29 29", "M0 0h7v1h")


def test_test_print_counts_the_labels() -> None:
    sheet = LabelSheet.objects.get(label_width=105)
    pdf = PdfReader(BytesIO(write_outlines(sheet, at=timezone.now())))
    words = [word for page in texts(pdf) for line in page for word in line.split()]
    assert words == [*["1", "105", "×", "74", "mm", "2", "3", "4", "5", "6", "7", "8"]]


def test_documents_are_tagged_and_named() -> None:
    sheet = make_label_sheet()
    for data, title in (
        (write_labels(sheet, [Label("A", "B")], at=timezone.now()), "Etiketten"),
        (write_outlines(sheet, at=timezone.now()), "Probedruck: Klein"),
    ):
        pdf = PdfReader(BytesIO(data))
        assert pdf.metadata
        root = pdf.root_object
        assert (pdf.metadata.title, root["/MarkInfo"]["/Marked"], root["/Lang"]) == (title, True, "de")
