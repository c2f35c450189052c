"""Measures of label sheets: what is there from the beginning, what fits, what the trail keeps."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from accounts.models import User
from audit.actor import Actor
from audit.models import Entry
from inventory.models import LabelSheet
from inventory.services import delete_label_sheet, edit_label_sheet
from tests.factories import make_label_sheet

pytestmark = pytest.mark.django_db


def test_usual_sheets_are_there_from_the_beginning() -> None:
    sheets = LabelSheet.objects.all()
    for sheet in sheets:
        sheet.full_clean()
    assert {(float(s.label_width), float(s.label_height), s.columns, s.rows) for s in sheets if not s.is_tape} == {
        (105, 74, 2, 4),
        (99.1, 67.7, 2, 4),
        (99.1, 38.1, 2, 7),
        (63.5, 38.1, 3, 7),
        (63.5, 33.9, 3, 8),
        (70, 37, 3, 8),
        (48.5, 25.4, 4, 10),
        (45.7, 21.2, 4, 12),
        (38.1, 21.2, 5, 13),
    }
    assert [s.page_height for s in sheets.filter(columns=1)] == [12, 24, 30]


@pytest.mark.parametrize(
    ("measures", "field"),
    [
        ({"label_width": "50.01"}, "page_width"),
        ({"margin_left": "4.01"}, "page_width"),
        ({"gap_x": "4.01"}, "page_width"),
        ({"margin_top": "2.01"}, "page_height"),
        ({"rows": 2}, "page_height"),
        ({"rows": 0}, "columns"),
        ({"columns": 31}, "columns"),
        ({"label_height": "7.99"}, "label_width"),
        ({"label_width": "-48"}, "label_width"),
        ({"gap_y": "-0.01"}, "margin_left"),
        ({"page_width": "500.01"}, "page_width"),
        ({"page_width": "1000"}, "page_width"),
    ],
)
def test_impossible_measures_are_refused_where_they_are_mended(measures: dict[str, str], field: str) -> None:
    with pytest.raises(ValidationError) as refused:
        make_label_sheet(**measures)
    assert field in refused.value.message_dict
    assert not LabelSheet.objects.filter(name="Klein").exists()


@pytest.mark.parametrize(
    "measures", [{"label_width": "50"}, {"margin_left": "4"}, {"margin_left": "3.9", "gap_x": "0.1"}]
)
def test_labels_may_reach_the_edge_of_the_paper(measures: dict[str, str]) -> None:
    assert make_label_sheet(**measures).per_sheet == 2


def test_name_is_there_once() -> None:
    make_label_sheet()
    with pytest.raises(ValidationError) as refused:
        make_label_sheet()
    assert list(refused.value.message_dict) == ["name"]


def test_change_and_deletion_are_told_with_the_measures(it_staff: User) -> None:
    by = Actor(it_staff)
    sheet = make_label_sheet(by=by)
    edit_label_sheet(sheet, by=by, name="Kleiner", label_height=Decimal("20.50"))
    delete_label_sheet(sheet, by=by)
    made, edited, deleted = Entry.objects.filter(kind="inventory.labelsheet").order_by("pk")
    assert (made.act.verb, made.changes["label_width"]) == ("label_sheet.create", [None, "48"])
    assert (edited.act.verb, edited.changes["name"]) == ("label_sheet.edit", ["Klein", "Kleiner"])
    assert (deleted.act.verb, deleted.changes["columns"]) == ("label_sheet.delete", [2, None])
    assert not LabelSheet.objects.filter(pk=sheet.pk).exists()
