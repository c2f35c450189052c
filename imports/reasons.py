"""Why a row is taken to mean a school, and which schools a text may mean."""

from common.parsing import normalise_heading
from imports.matching import Schools
from imports.preview import Choice, Plan
from imports.reader import Cells
from schools.models import School


def why_school(plan: Plan, cells: Cells, i: int, school: School) -> str:
    """``number``, ``name``, ``alias`` or ``mapped``: what led from row ``i`` to ``school``."""
    number, name = cells["school_number"][i], cells["school"][i]
    if number:
        return "number" if number == school.number else "mapped"
    decided = plan.context.decisions.get("school", {}).get(str(name))
    if decided and decided.get("to") == school.pk:
        return "mapped"
    key = normalise_heading(str(name))
    if key in _names(school):
        return "name"
    return "number" if school.number in str(name) else "alias"


def may_mean(schools: Schools, text: str) -> list[Choice]:
    """The schools that are called ``text``: more than one is a question."""
    key = normalise_heading(text)
    return [Choice(school.pk, str(school)) for school in schools.all if key and key in _names(school)]


def _names(school: School) -> set[str]:
    texts = (school.name, school.short_name, f"{school.name} {school.name_addition}", str(school))
    return set(map(normalise_heading, texts))
