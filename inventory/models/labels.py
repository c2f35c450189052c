"""Sheets and tapes of labels: where on the paper each label lies."""

from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.db.models.expressions import Combinable
from django.utils.translation import gettext_lazy as _

from inventory import querysets

#: The database compares sums of millimetres as floats: so much is nothing.
_NOTHING = Decimal("0.001")
#: Smaller than this, a printer's code of a number of usual length cannot be read any more.
LEAST_WIDTH, LEAST_HEIGHT = 15, 8
#: A3 crosswise, with room to spare; more is a slip of the pen.
MOST_SIZE, MOST_LABELS = 500, 30


def _needs(margin: str, number: str, size: str, gap: str) -> Combinable:
    """Millimetres from the edge of the paper to the end of the last label."""
    return F(margin) + F(number) * F(size) + (F(number) - 1) * F(gap)


def _length(name: Any, **options: Any) -> models.DecimalField:
    return models.DecimalField(name, max_digits=5, decimal_places=2, **options)


class LabelSheet(models.Model):
    """A sheet of ``columns`` × ``rows`` labels, or a tape, whose piece is a page of one. Lengths in millimetres.

    Margins lead from the edge of the paper to the first label, gaps from one label to the next.
    """

    name = models.CharField(_("name"), max_length=80)
    page_width = _length(_("width of the paper in mm"))
    page_height = _length(_("height of the paper in mm"))
    columns = models.PositiveSmallIntegerField(_("labels side by side"), default=1)
    rows = models.PositiveSmallIntegerField(_("labels one below the other"), default=1)
    label_width = _length(_("width of a label in mm"))
    label_height = _length(_("height of a label in mm"))
    margin_left = _length(_("margin on the left in mm"), default=0)
    margin_top = _length(_("margin at the top in mm"), default=0)
    gap_x = _length(_("gap between columns in mm"), default=0)
    gap_y = _length(_("gap between rows in mm"), default=0)

    objects = querysets.OpenQuerySet.as_manager()

    class Meta:
        verbose_name = _("label sheet")
        verbose_name_plural = _("label sheets")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["name"],
                name="inventory_labelsheet_name",
                violation_error_message=_("There is already a label sheet with this name."),
            ),
            models.CheckConstraint(
                condition=Q(columns__range=(1, MOST_LABELS), rows__range=(1, MOST_LABELS)),
                name="inventory_labelsheet_number",
                violation_error_message=_("A sheet has one label at least, and at most 30 in a row or a column."),
            ),
            models.CheckConstraint(
                condition=Q(label_width__gte=LEAST_WIDTH, label_height__gte=LEAST_HEIGHT),
                name="inventory_labelsheet_size",
                violation_error_message=_(
                    "A label is at least 15 mm wide and 8 mm high: a smaller code could not be read."
                ),
            ),
            models.CheckConstraint(
                condition=Q(margin_left__gte=0, margin_top__gte=0, gap_x__gte=0, gap_y__gte=0),
                name="inventory_labelsheet_space",
                violation_error_message=_("Margins and gaps cannot be negative."),
            ),
            models.CheckConstraint(
                condition=Q(page_width__lte=MOST_SIZE, page_height__lte=MOST_SIZE),
                name="inventory_labelsheet_page",
                violation_error_message=_("The paper is at most 500 mm wide and high."),
            ),
            models.CheckConstraint(
                condition=Q(page_width__gte=_needs("margin_left", "columns", "label_width", "gap_x") - _NOTHING),
                name="inventory_labelsheet_width",
                violation_error_message=_("The labels of a row need more than the width of the paper."),
            ),
            models.CheckConstraint(
                condition=Q(page_height__gte=_needs("margin_top", "rows", "label_height", "gap_y") - _NOTHING),
                name="inventory_labelsheet_height",
                violation_error_message=_("The labels of a column need more than the height of the paper."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def per_sheet(self) -> int:
        return self.columns * self.rows

    @property
    def is_tape(self) -> bool:
        return self.per_sheet == 1
