"""Workbooks that somebody made to be filled."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from common.files import StoredFile
from reports import querysets


class ReportTemplate(StoredFile):
    """A workbook with named cells and tables; ``reports.template_fields`` says which names there are."""

    objects = querysets.ReportTemplateQuerySet.as_manager()

    class Meta:
        verbose_name = _("template of a report")
        verbose_name_plural = _("templates of reports")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["name"],
                name="reports_reporttemplate_name",
                violation_error_message=_("There is a template with this name already."),
            )
        ]
