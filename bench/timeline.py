"""The timeline of works: 60 schools × 6 trades on one page, and 6,000 schools of which one page is shown.

Beside it the critical list. Why works are critical follows from their history and from what they wait for, so that all
unfinished ones are judged before the worst 50 are shown: it grows with the number of projects.
"""

from bench.scratch import best_of, prepare

prepare()

from collections.abc import Sequence  # noqa: E402 - as below
from datetime import date, timedelta  # noqa: E402 - the models need django.setup()
from time import process_time  # noqa: E402

from django.conf import settings  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts.models import User  # noqa: E402
from audit.actor import Actor  # noqa: E402
from audit.enums import Channel  # noqa: E402
from audit.models import Act  # noqa: E402
from audit.services import open_act  # noqa: E402
from rollout.enums import ProjectStatus as P  # noqa: E402
from rollout.services import (  # noqa: E402
    MilestoneFact,
    NewProject,
    ProjectChange,
    create_projects,
    record_milestones,
    record_project_states,
)
from schools.enums import Role, SchoolType, Trade  # noqa: E402
from schools.models import Membership, School, Site, SiteUse  # noqa: E402

#: Schools with six trades each; the last number is that of a whole Land.
SIZES = (20, 60, 6000)
LIMIT_MS = 150
_SOUGHT = "Messschule"
PAGES = {"timeline": f"/projects/timeline/?show=all&q={_SOUGHT}", "critical": "/projects/critical/"}


def main() -> None:
    settings.ALLOWED_HOSTS = ["testserver"]
    print(
        f"{'page':>9} {'schools':>8} {'ms':>6} {'cpu ms':>7} {'queries':>8} {'kB':>6}"
        f"   (timeline of at most 60 schools: limit {LIMIT_MS} ms)"
    )
    with transaction.atomic():
        client, made = Client(), 0
        client.force_login(_manager())
        for size in SIZES:
            _make(made, size)
            made = size
            for page in PAGES:
                _measure(client, page, size)
        transaction.set_rollback(True)


def _measure(client: Client, page: str, size: int) -> None:
    path = PAGES[page]
    response = client.get(path)
    assert response.status_code == 200
    with CaptureQueriesContext(connection) as queries:
        client.get(path)
    number = len(queries)
    took, busy = best_of(5, lambda: client.get(path)) * 1000, min(_cpu(client, path) for _ in range(5)) * 1000
    print(f"{page:>9} {size:>8} {took:>6.0f} {busy:>7.0f} {number:>8} {len(response.content) / 1000:>6.0f}")


def _cpu(client: Client, path: str) -> float:
    """Seconds that the processor worked: what else the machine does is left out."""
    begun = process_time()
    client.get(path)
    return process_time() - begun


def _make(first: int, until: int) -> None:
    """Schools ``first`` … ``until``, each with a site and a project of each trade in another state."""
    today = timezone.localdate()
    names = [(f"{900000 + n}", f"{_SOUGHT} {n:05}") for n in range(first, until)]
    schools = School.objects.bulk_create(
        School(number=number, name=name, sort_key=name.lower(), school_type=SchoolType.PRIMARY)
        for number, name in names
    )
    sites = Site.objects.bulk_create(Site(name=f"Weg {number}", sort_key=f"weg {number}") for number, _name in names)
    SiteUse.objects.bulk_create(
        SiteUse(school=school, site=site, is_main=True) for school, site in zip(schools, sites, strict=True)
    )
    act = open_act(Actor(None, Channel.COMMAND), "project.create")
    begun = today - timedelta(days=300)
    keys = create_projects([NewProject(site, trade, P.PLANNED, begun) for site in sites for trade in Trade], act)
    _plan(keys, begun, act)


def _plan(keys: Sequence[int], begun: date, act: Act) -> None:
    facts, changes = [], []
    for place, key in enumerate(keys):
        build, end = begun + timedelta(days=60 + place % 90), begun + timedelta(days=250 + place % 180)
        late = end + timedelta(days=place % 50 - 10)
        facts.append(MilestoneFact(key, P.UNDER_CONSTRUCTION, begun, build, build))
        facts.append(MilestoneFact(key, P.ACCEPTED, begun, end, late))
        if place % 3:
            changes.append(ProjectChange(key, build, P.UNDER_CONSTRUCTION))
    record_milestones(facts, act)
    record_project_states(changes, act)


def _manager() -> User:
    user, is_new = User.objects.get_or_create(username="bench")
    if is_new:
        Membership.objects.create(user=user, role=Role.MANAGER)
    return user


if __name__ == "__main__":
    main()
