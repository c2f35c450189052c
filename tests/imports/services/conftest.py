"""A catalogue, and uploads by somebody."""

from io import BytesIO

import pytest

from imports import services
from tests.factories import make_model
from tests.imports.services.batches import HEADER
from tests.imports.workbooks import write_xlsx


@pytest.fixture(autouse=True)
def _catalogue(school):
    make_model("iPad 9")


@pytest.fixture
def upload(tmp_path, by):
    def upload(*rows, **extra):
        path = write_xlsx(tmp_path / "geräte.xlsx", [HEADER, *rows])
        return services.upload_batch(BytesIO(path.read_bytes()), name="geräte.xlsx", by=by, **extra)

    return upload
