"""Reports and lists as workbooks, for the schools that somebody sees."""

from io import BytesIO
from typing import Any

from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from api.files import FILES, WORKBOOK_ANSWER, attachment
from api.serializers.reports import DayQuery, ProgressQuery, ReportsSerializer
from api.views.base import OperationView
from common.filters import ListFilter
from common.parsing import sort_key
from inventory.filters import DeviceAsOfFilter
from inventory.models import DeviceState
from reports.exports import write_devices
from reports.lists import LISTS, write_list
from reports.queries import schools_for
from reports.workbooks import write_progress
from schools.access import Right, has_right, require

DEVICES = "devices"
#: list → what narrows it, as on its page
FILTERS: dict[str, type[ListFilter] | None] = {
    DEVICES: DeviceAsOfFilter,
    **{name: one.filters for name, one in LISTS.items()},
}
_FILTER_NAMES = sorted({name for one in FILTERS.values() if one for name in one.base_filters})


class ReportListView(OperationView):
    serializer_class = ReportsSerializer
    rights = {"retrieve": Right.EXPORT}

    def get(self, request: Request) -> Response:
        """What can be had as a workbook."""
        lists = {name: one for name, one in LISTS.items() if has_right(request.user, one.right)}
        titles = {DEVICES: _("Devices")} | {name: str(one.title) for name, one in lists.items()}
        progress, names = _("Progress of school equipment"), list(ProgressQuery().fields)
        found = [("progress", progress, reverse("api-report-progress"), names)]
        for name, title in titles.items():
            found.append((name, title, reverse("api-report-list-file", args=[name]), ["as_of", *_filters(name)]))
        reports = [
            {"name": name, "title": title, "url": request.build_absolute_uri(url), "parameters": parameters}
            for name, title, url, parameters in found
        ]
        return Response(self.get_serializer({"reports": reports}).data)


class ProgressView(OperationView):
    queries = {"retrieve": ProgressQuery}
    rights = {"retrieve": Right.EXPORT}
    renderer_classes = FILES

    @extend_schema(responses=WORKBOOK_ANSWER)
    def get(self, request: Request) -> FileResponse:
        """The progress workbook: requirements and figures of each school, as of a day."""
        chosen: dict[str, Any] = {"as_of": timezone.localdate(), "compare_with": None, "known_at": None, **self.query}
        with translation.override(chosen.pop("language", None) or translation.get_language()):
            file = BytesIO()
            schools = schools_for(request.user)
            write_progress(file, now=timezone.now(), schools=schools, reader=request.user, **chosen)
            name = _("progress-%(day)s.xlsx") % {"day": chosen["as_of"]}
        return _file(file, name)


class ListFileView(OperationView):
    queries = {"retrieve": DayQuery}
    rights = {"retrieve": Right.EXPORT}
    renderer_classes = FILES

    def list_parameters(self) -> set[str]:
        return set(_filters(self.kwargs["name"]))

    @extend_schema(responses=WORKBOOK_ANSWER, parameters=[OpenApiParameter(name, str) for name in _FILTER_NAMES])
    def get(self, request: Request, name: str) -> FileResponse:
        """A list as of a day, narrowed by the filters of its page; the import takes it back unchanged."""
        if name not in FILTERS:
            raise Http404
        day = self.query.get("as_of") or timezone.localdate()
        shown: dict[str, Any] = {
            "as_of": day,
            "viewer": request.user,
            "with_prices": has_right(request.user, Right.MONEY),
        }
        file = BytesIO()
        if name == DEVICES:
            states = self._narrowed(name, DeviceState.objects.visible_to(request.user).as_of(day))
            write_devices(file, states=states, created=timezone.now(), **shown)
            return _file(file, _("devices-%(day)s.xlsx") % {"day": day})
        require(request.user, LISTS[name].right)
        records = self._narrowed(name, LISTS[name].records(request.user, day))
        write_list(file, name, records, created=timezone.now(), **shown)
        return _file(file, f"{sort_key(str(LISTS[name].title)).replace(' ', '-')}-{day}.xlsx")

    def _narrowed(self, name: str, rows: Any) -> Any:
        filters = FILTERS[name]
        if filters is None:
            return rows
        found = filters(self.request.query_params, rows, request=self.request)
        if not found.is_valid():
            raise ValidationError(found.errors.as_data())
        return found.qs


def _filters(name: str) -> list[str]:
    filters = FILTERS.get(name)
    return list(filters.base_filters) if filters else []


def _file(file: BytesIO, name: str) -> FileResponse:
    file.seek(0)
    return attachment(file, name)
