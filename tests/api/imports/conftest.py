"""Who imports by the interface."""

import pytest

from tests.api.batches import Imports


@pytest.fixture
def mine(api, it_staff):
    return Imports(api(it_staff))
