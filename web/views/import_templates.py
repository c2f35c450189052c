"""Template workbooks of the import, one per kind."""

from io import BytesIO

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest
from django.utils.translation import gettext as _

from imports.kinds import KINDS
from imports.templates import write_template
from schools.access import Right, require

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@login_required
def import_template(request: HttpRequest, kind: str) -> FileResponse:
    """The workbook to be filled in for ``kind``, in the language of the page."""
    require(request.user, Right.IMPORT)
    if kind not in KINDS:
        raise Http404
    file = BytesIO()
    write_template(KINDS[kind], file, viewer=request.user)
    file.seek(0)
    name = _("template-%(kind)s.xlsx") % {"kind": str(KINDS[kind].name.label).replace(" ", "-")}
    return FileResponse(file, as_attachment=True, filename=name, content_type=XLSX)
