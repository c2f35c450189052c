"""``python -m bench.dashboard``: server time of the overview and of completion over time (goal: overview < 150 ms)."""

from bench.scratch import best_of, prepare

prepare()

from django.conf import settings  # noqa: E402 - the models need django.setup()
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.utils import timezone  # noqa: E402

from bench.city import PAST  # noqa: E402
from bench.pages import _reader  # noqa: E402
from rollout.completion import completion_over, month_ends  # noqa: E402
from schools.models import School  # noqa: E402

RUNS = 9


def main() -> None:
    settings.ALLOWED_HOSTS = ["testserver"]
    client = Client()
    client.force_login(_reader())
    print(f"{School.objects.count()} schools")
    for path in ("/", f"/?as_of={PAST}", "/completion/", f"/completion/?as_of={PAST}", "/completion/?months=60"):
        _measure(path, lambda path=path: client.get(path))
    for months in (24, 60):
        days = month_ends(timezone.localdate(), months)
        _measure(f"completion_over {months} months", lambda days=days: completion_over(days))


def _measure(name: str, work: object) -> None:
    assert callable(work)
    work()
    with CaptureQueriesContext(connection) as queries:
        work()
    number = len(queries)
    print(f"{name:<36} {best_of(RUNS, work) * 1000:>7.0f} ms {number:>4} queries")


if __name__ == "__main__":
    main()
