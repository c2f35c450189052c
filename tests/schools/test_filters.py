"""Filters of the list of schools."""

import pytest
from django.http import QueryDict

from schools.filters import SchoolFilter
from schools.models import School
from tests.factories import make_school


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["Lindenschule", "Straßenschule"]),
        ("q=STRASSE", ["Straßenschule"]),
        ("q=straße", ["Straßenschule"]),
        ("q=LS", ["Lindenschule"]),
        ("q=0100", ["Lindenschule"]),
        ("school_type=20", ["Straßenschule"]),
        ("ordering=-name", ["Straßenschule", "Lindenschule"]),
        ("school_type=99", []),
    ],
)
def test_school_filter_finds(query, names, it_staff, db):
    make_school("Lindenschule", number="100100", short_name="LS Mitte")
    make_school("Straßenschule", number="200200", school_type="20")

    found = SchoolFilter(QueryDict(query), School.objects.visible_to(it_staff))

    assert [school.name for school in found.qs] == names
