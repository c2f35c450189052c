"""A large authority to measure on: 6,000 schools, 1,000,000 devices with five states each, on PostgreSQL.

Schools, rooms and works are made by the services; devices and their states by the database itself, since only their
number matters: the first four states of a school's devices come in waves, the fifth of each on a day of its own.
"""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from audit.actor import Actor
from audit.enums import Channel
from audit.models import Act
from audit.services import open_act
from inventory.models import Category, DeviceModel
from inventory.services import create_models
from inventory.services.holdings import count_anew
from inventory.services.reference import NewModel
from rollout.services import (
    AttainmentFact,
    NewProject,
    ProjectChange,
    create_projects,
    record_attainments,
    record_project_states,
)
from schools.models import School
from schools.services import Address, HeadcountRow, NewRoom, create_rooms, create_schools, record_headcounts

SCHOOLS = 6_000
DEVICES = 1_000_000
STATES = 5
TYPES = ("02", "02", "02", "08", "10", "15", "20", "30")
KINDS = ("tablet", "laptop", "convertible", "access_point", "board")
FIRST_DAY = date(2020, 8, 1)
#: A past day on which most devices are in use.
PAST = date(2023, 3, 31)

# Device n belongs to school n % schools, is of model n % 5, and begins in one of 25 waves of its school. The last of
# its states begins on one of 700 days after that.
_DEVICES = """
INSERT INTO inventory_device (model_id, manufacturer_id, serial, asset_tag, mdm_id, since, note, status, school_id, use,
                              is_managed)
SELECT model.id, model.manufacturer_id, 'NL' || lpad(n::text, 7, '0'), 'LF-' || lpad(n::text, 7, '0'), '', %(first)s,
       '', 'in_service', school.id, CASE WHEN n %% 5 = 0 THEN 'teachers' ELSE 'pupils' END, TRUE
FROM generate_series(0, %(devices)s - 1) AS n
JOIN (SELECT id, row_number() OVER (ORDER BY id) - 1 AS place FROM schools_school) AS school
  ON school.place = n %% %(schools)s
JOIN (SELECT id, manufacturer_id, row_number() OVER (ORDER BY id) - 1 AS place FROM inventory_devicemodel) AS model
  ON model.place = n / %(schools)s %% %(models)s
"""
_STATES = """
INSERT INTO inventory_devicestate (device_id, status, school_id, use, is_managed, valid_from, valid_until, recorded_at,
                                   act_id)
SELECT id, step.status, school_id, use, step.managed, step.begins,
       CASE WHEN step.number < %(states)s THEN step.ends END, %(at)s, %(act)s
FROM (
    SELECT device.*, %(first)s::date + (place %% 25)::int * 28 AS begins,
           %(first)s::date + (place %% 25)::int * 28 + 200 + (place * 7919 %% 700)::int AS later
    FROM (SELECT *, id / %(schools)s AS place FROM inventory_device) AS device
) AS device
CROSS JOIN LATERAL (VALUES
    (1, 'ordered', NULL::boolean, begins, begins + 20),
    (2, 'delivered', NULL, begins + 20, begins + 35),
    (3, 'configured', TRUE, begins + 35, begins + 50),
    (4, 'in_service', TRUE, begins + 50, later),
    (5, CASE WHEN device.id %% 20 = 0 THEN 'in_repair' ELSE 'in_service' END, device.id %% 3 <> 0, later, NULL)
) AS step (number, status, managed, begins, ends)
WHERE step.number <= %(states)s
"""
_COPIES = """
UPDATE inventory_device AS device SET status = state.status, since = state.valid_from, is_managed = state.is_managed
FROM inventory_devicestate AS state WHERE state.device_id = device.id AND state.valid_until IS NULL
"""


def fill(states: int = STATES) -> bool:
    """Fill an installation that has no school; ``False`` where it has one. ``states``: of each device."""
    if School.objects.exists():
        return False
    with transaction.atomic():
        act = open_act(Actor(None, Channel.SETUP), "bench")
        _make_schools(act)
        categories = {category.key: category for category in Category.objects.all()}
        create_models([NewModel("Nordlicht", f"Modell {key}", categories[key]) for key in KINDS], act)
        _make_devices(states, act)
    count_anew()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return True


def _make_schools(act: Act) -> None:
    new = [
        (
            School(number=f"{100000 + n}", name=f"Schule {n}", school_type=TYPES[n % len(TYPES)]),
            Address(f"Weg {n}", "46001", "Lindenfurt"),
        )
        for n in range(SCHOOLS)
    ]
    schools = create_schools(new, act)
    for year in range(2020, 2025):
        day = date(year, 10, 15)
        rows = [HeadcountRow(s, day, 120 + n % 500, 8 + n % 40, 6 + n % 20) for n, s in enumerate(schools)]
        record_headcounts(rows, act)
    sites = {school.pk: site for school in School.objects.prefetch_related("sites") for site in school.sites.all()}
    rooms = [
        NewRoom(school, sites[school.pk], "Haus A", f"{room:03}", "classroom" if room % 6 else "specialist")
        for school in schools
        for room in range(1, 13)
    ]
    create_rooms(rooms, act)
    first = date(2020, 1, 15)
    keys = create_projects([NewProject(site, "wlan", "planned", first) for site in sites.values()], act)
    for number_of_step, status in enumerate(["designed", "tendered", "under_construction", "accepted"], 1):
        day = first + timedelta(days=200 * number_of_step)
        record_project_states([ProjectChange(pk, day, status) for n, pk in enumerate(keys) if n % 7], act)
    facts = [
        AttainmentFact(s, "bandwidth", date(2021, 5, 1), Decimal(250 + 50 * (n % 20))) for n, s in enumerate(schools)
    ]
    record_attainments(facts, act)


def _make_devices(states: int, act: Act) -> None:
    """By the database, with its triggers off: overlaps are impossible as the states are written."""
    models = DeviceModel.objects.count()
    parts: dict[str, Any] = {
        "schools": SCHOOLS,
        "devices": DEVICES,
        "models": models,
        "first": FIRST_DAY,
        "states": states,
    }
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(_DEVICES, parts)
        cursor.execute("ANALYZE inventory_device")
        cursor.execute(_STATES, parts | {"act": act.pk, "at": timezone.now()})
        cursor.execute("ANALYZE inventory_devicestate")
        cursor.execute(_COPIES)
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")
