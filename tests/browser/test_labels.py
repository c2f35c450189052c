"""Codes of printed labels, read back by the reader that scans them."""

from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Browser

from inventory.models import LabelSheet
from reports.labels import Label, write_labels
from tests.browser.code_reader import DRAWS, codes_in

pytestmark = [pytest.mark.django_db, pytest.mark.skipif(not DRAWS, reason="nothing here draws pages of a PDF")]

NUMBERS = [
    "OB000123",
    "2024-TAB-00451",
    "C02XK1ZZJHD5",
    "ÄÖÜß-0815",
    "#A*_$<X>@Y\\",
    "X" * 40,
    "1234567890" * 6,
    "7",
]


@pytest.mark.parametrize(("width", "dots"), [("41", 180), ("38.1", 300), ("70", 150)])
def test_codes_hold_the_numbers_and_nothing_else(browser: Browser, tmp_path: Path, width: str, dots: int) -> None:
    """The smallest tape as printers of tape print it, the smallest labels of a sheet, and usual ones printed badly."""
    sheet = LabelSheet.objects.get(label_width=width)
    labels = [Label(number, "Promethean ActivPanel 9 Premium 86 Zoll") for number in NUMBERS]
    pdf = write_labels(sheet, labels, at=timezone.now(), start=sheet.per_sheet, line="Stadt Lindenfurt")
    pages = codes_in(pdf, browser, tmp_path, dots=dots)
    assert (len(pages[0]), sorted(code for page in pages for code in page)) == (1, sorted(NUMBERS))
