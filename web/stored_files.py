"""Handing out files that people sent in."""

from pathlib import PurePosixPath

from django.http import FileResponse, Http404

from common.files import StoredFile


def handed_out(record: StoredFile) -> FileResponse:
    """As a download, never shown by the browser itself: its content is a stranger's."""
    stored = record.file.name or ""
    if not record.file.storage.exists(stored):
        raise Http404
    ending = PurePosixPath(stored).suffix
    name = record.name if record.name.lower().endswith(ending) else f"{record.name}{ending}"
    headers = {"X-Content-Type-Options": "nosniff"}
    kept = record.file.open("rb")
    return FileResponse(
        kept, as_attachment=True, filename=name, content_type="application/octet-stream", headers=headers
    )
