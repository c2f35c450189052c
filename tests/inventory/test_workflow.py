"""Every pair of states, so that a change of the tables is seen as a change of the tables."""

from itertools import product

import pytest
from django.core.exceptions import ValidationError

from inventory.enums import COUNTS, GONE, ON_THE_WAY, DeviceStatus
from inventory.workflow import INSTALLED, PORTABLE, WORKFLOWS
from rollout.enums import ProjectStatus
from rollout.workflow import PROJECT

ALL = {"portable": PORTABLE, "installed": INSTALLED, "project": PROJECT}
PAIRS = [(name, old, new) for name, rules in ALL.items() for old, new in product(rules.states, rules.states)]


@pytest.mark.parametrize(("name", "old", "new"), PAIRS)
def test_check_agrees_with_the_table(name: str, old: str, new: str) -> None:
    rules = ALL[name]
    if old == new or new in rules.table[old]:
        rules.check(old, new)
    else:
        with pytest.raises(ValidationError) as error:
            rules.check(old, new)
        assert error.value.code == "forbidden_step"


@pytest.mark.parametrize("rules", ALL.values(), ids=ALL)
def test_tables_name_only_their_own_states(rules: object) -> None:
    assert {new for allowed in rules.table.values() for new in allowed} <= set(rules.states)  # type: ignore[attr-defined]


def test_board_in_service_requires_mounted_and_accepted() -> None:
    assert [s for s in INSTALLED.states if INSTALLED.allows(s, "in_service")] == ["accepted", "in_service", "defective"]
    assert {s for s in INSTALLED.states if s != "accepted" and INSTALLED.allows(s, "accepted")} == {"mounted", "tested"}


def test_portable_device_may_skip_steps_and_be_found_again() -> None:
    assert PORTABLE.allows("ordered", "in_service")
    assert PORTABLE.allows("lost", "in_stock")
    assert PORTABLE.table["disposed"] == frozenset()
    assert not PORTABLE.allows("retired", "in_service")


def test_fibre_laid_is_not_fibre_lit() -> None:
    assert PROJECT.allows("accepted", "live")
    assert not PROJECT.allows("live", "accepted")


def test_blocked_is_reached_from_every_open_state() -> None:
    assert {s for s in PROJECT.states if not PROJECT.allows(s, "blocked")} == {"cancelled"}


def test_groups_of_states_do_not_overlap() -> None:
    assert len({*COUNTS, *ON_THE_WAY, *GONE}) == len(COUNTS) + len(ON_THE_WAY) + len(GONE)
    assert set(WORKFLOWS) == {"portable", "installed"}
    assert set(PORTABLE.states) | set(INSTALLED.states) == set(DeviceStatus.values)
    assert set(PROJECT.states) == set(ProjectStatus.values)
