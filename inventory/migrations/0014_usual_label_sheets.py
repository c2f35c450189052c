"""Reference data: sheets and tapes as they are sold (all editable). Every sheet lies centred on A4.

A tape's page is one piece of it, lying; its margins are what printers of tape leave blank.
"""

from decimal import Decimal

from django.db import migrations

A4 = (210, 297)
SHEETS = [
    # paper, columns, rows, label, gaps
    (A4, 2, 4, ("105", "74"), ("0", "0")),
    (A4, 2, 4, ("99.1", "67.7"), ("2.5", "0")),
    (A4, 2, 7, ("99.1", "38.1"), ("2.5", "0")),
    (A4, 3, 7, ("63.5", "38.1"), ("2.5", "0")),
    (A4, 3, 8, ("63.5", "33.9"), ("2.5", "0")),
    (A4, 3, 8, ("70", "37"), ("0", "0")),
    (A4, 4, 10, ("48.5", "25.4"), ("0", "0")),
    (A4, 4, 12, ("45.7", "21.2"), ("2.5", "0")),
    (A4, 5, 13, ("38.1", "21.2"), ("2.5", "0")),
]
TAPES = [
    # width of the tape, size of a piece, size of what is printed on it
    (12, (45, 12), ("41", "9")),
    (24, (60, 24), ("56", "18")),
    (62, (62, 30), ("58", "27")),
]


def add_sheets(apps, schema_editor):
    for paper, columns, rows, label, gaps in SHEETS:
        size = " × ".join(label).replace(".", ",")
        _add(apps, f"A4, {columns} × {rows} Etiketten: {size} mm", paper, (columns, rows), label, gaps)
    for width, paper, label in TAPES:
        _add(apps, f"Band {width} mm: {paper[0]} × {paper[1]} mm", paper, (1, 1), label, ("0", "0"))


def remove_sheets(apps, schema_editor):
    apps.get_model("inventory", "LabelSheet").objects.all().delete()


def _add(apps, name, paper, number, label, gaps):
    (width, height), (gap_x, gap_y) = map(Decimal, label), map(Decimal, gaps)
    columns, rows = number
    apps.get_model("inventory", "LabelSheet").objects.create(
        name=name,
        page_width=paper[0],
        page_height=paper[1],
        columns=columns,
        rows=rows,
        label_width=width,
        label_height=height,
        margin_left=(paper[0] - columns * width - (columns - 1) * gap_x) / 2,
        margin_top=(paper[1] - rows * height - (rows - 1) * gap_y) / 2,
        gap_x=gap_x,
        gap_y=gap_y,
    )


class Migration(migrations.Migration):
    dependencies = [("inventory", "0013_label_sheets")]
    operations = [migrations.RunPython(add_sheets, remove_sheets)]
