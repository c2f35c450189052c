"""Imports through the interface, as a program would do them: read, name the version that was seen, act."""

from datetime import date
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from tests.imports.workbooks import write_xlsx

URL = "/api/v1/imports/"
HEADER = ["Inv.-Nr.", "SerNr", "Hersteller", "Modell", "Kategorie", "Status", "Seit", "Schule"]


def row(
    number: int, *, model: str = "iPad 9", school: str = "Lindenschule", since: Any = date(2024, 3, 1)
) -> list[Any]:
    return [f"OB-{number}", f"SN{number}", "Apple", model, "Tablet", "im Einsatz", since, school]


def workbook(folder: Path, *rows: list[Any], name: str = "liste.xlsx") -> Path:
    return write_xlsx(folder / name, [HEADER, *rows], sheet="Geräte")


def send_file(client: Any, url: str, path: Path, headers: dict[str, str] | None = None, **fields: Any) -> Any:
    file = SimpleUploadedFile(path.name, path.read_bytes())
    return client.post(url, {"file": file, **fields}, format="multipart", headers=headers)


class Imports:
    """The imports of somebody with a token."""

    def __init__(self, client: Any) -> None:
        self.client = client

    def upload(self, path: Path, **fields: Any) -> int:
        answer = send_file(self.client, URL, path, **fields)
        assert answer.status_code == 201, answer.content
        key: int = answer.json()["id"]
        return key

    def detail(self, pk: int) -> dict[str, Any]:
        body: dict[str, Any] = self.client.get(f"{URL}{pk}/").json()
        return body

    def version(self, pk: int) -> str:
        tag: str = self.client.get(f"{URL}{pk}/")["ETag"]
        return tag

    def get(self, pk: int, what: str, **parameters: Any) -> Any:
        return self.client.get(f"{URL}{pk}/{what}", parameters)

    def send(self, pk: int, what: str, body: Any = None, *, version: str | None = None, method: str = "post") -> Any:
        headers = {"If-Match": version or self.version(pk)}
        return getattr(self.client, method)(f"{URL}{pk}/{what}", body or {}, headers=headers)


def counts(body: dict[str, Any]) -> tuple[int | None, ...]:
    """new, changed, unchanged, rejected, ambiguous, skipped"""
    return tuple(body["counts"].values())
