"""A programme of the federation, and own money."""

from datetime import date

import pytest

from funding.models import Programme
from tests.factories_money import make_programme


@pytest.fixture
def digitalpakt() -> Programme:
    return make_programme(
        "DigitalPakt", key="dp", rate=90, begins_on=date(2019, 5, 17), ends_on=date(2024, 10, 31), granted="900000"
    )
