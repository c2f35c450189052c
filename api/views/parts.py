"""Records that belong to another one, which their address names first: ``projects/1/defects/2/``."""

from pathlib import PurePosixPath
from typing import Any

from django.db.models import Model
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property
from rest_framework.request import Request

from api.files import ANY_FILE, attachment
from api.views.base import ReadViewSet
from common.files import StoredFile
from schools.access import Right, require

#: An owner's key in the address of its parts.
KEY = "[0-9]{1,18}"


class PartViewSet(ReadViewSet):
    """Not visible: 404; visible, but its parts are not for everybody who sees it: 403."""

    #: model of the record to which the parts belong, and its name in the address and in the parts
    owner_class: type[Model]
    owner_name: str
    #: right that reading the parts needs beside seeing the record
    reading: Right | None = None

    @cached_property
    def owner(self) -> Any:
        visible = self.owner_class.objects.visible_to(self.request.user)  # type: ignore[attr-defined]
        return get_object_or_404(visible, pk=self.kwargs[self.owner_name])

    @property
    def of_owner(self) -> dict[str, Any]:
        """Condition on the parts; in a description of the interface there is no owner."""
        return {self.owner_name: self.kwargs.get(self.owner_name)}

    def check_permissions(self, request: Request) -> None:
        super().check_permissions(request)
        # Of a method that the address does not take there is no action: 405, whoever asks.
        if self.action and self.owner_name in self.kwargs and self.owner and self.reading:
            require(request.user, self.reading)


def handed_out(record: StoredFile) -> FileResponse:
    """The file itself as a download; 404 where it is gone."""
    stored = record.file.name or ""
    if not record.file.storage.exists(stored):
        raise Http404
    ending = PurePosixPath(stored).suffix
    name = record.name if record.name.lower().endswith(ending) else f"{record.name}{ending}"
    return attachment(record.file.open("rb"), name, ANY_FILE)
