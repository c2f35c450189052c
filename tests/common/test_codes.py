"""Several numbers of things in one cell, told from numbers with strange signs."""

import pytest

from common.codes import split_codes


@pytest.mark.parametrize(
    ("value", "codes"),
    [
        (None, []),
        ("  ", []),
        (4711, ["4711"]),
        ("DMPC1001", ["DMPC1001"]),
        ("DMPC1001\n", ["DMPC1001\n".strip()]),
        ("DMPC1001\nDMPC1002", ["DMPC1001", "DMPC1002"]),
        (" DMPC1001 ; DMPC1002 ;", ["DMPC1001", "DMPC1002"]),
        ("DMPC1001,DMPC1002 | OB-17", ["DMPC1001", "DMPC1002", "OB-17"]),
        ("DMPC1001/DMPC1002", ["DMPC1001", "DMPC1002"]),
        ("8/20/2", ["8/20/2"]),
        ("OB-1/A", ["OB-1/A"]),
        ("4711,0", ["4711,0"]),
        ("DMPC\nC1", ["DMPC\nC1"]),
        ("SCHULE/RAUM1", ["SCHULE/RAUM1"]),
    ],
)
def test_codes_of_a_cell_are_split(value, codes):
    assert list(split_codes(value)) == codes


def test_codes_of_a_row_for_several_pieces_are_split_at_any_sign():
    assert list(split_codes("1/2/3", loosely=True)) == ["1", "2", "3"]
    assert list(split_codes("4711", loosely=True)) == ["4711"]
