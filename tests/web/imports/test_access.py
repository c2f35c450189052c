"""Who sees batches and may work on them, at which price in queries."""

import pytest

from imports.enums import BatchStatus
from imports.models import ImportBatch
from tests.factories import make_model
from tests.web.imports.batches import LIST, at, devices, row, uploaded
from tests.web.pages import tables

pytestmark = pytest.mark.django_db

POSTS = ["decide", "reconsider", "reread", "take", "cancel", "discard"]


def test_people_without_the_right_are_kept_out(page, signed_in, tmp_path, school, reader, outsider, school_admin):
    batch = uploaded(page, devices(tmp_path, row(1)))
    own = ImportBatch.objects.create(
        name="mine.csv", sha256="", size=1, created_by=reader, created_at=batch.created_at, file="none"
    )
    for user in (reader, outsider, school_admin):
        client = signed_in(user)
        assert client.get(LIST).status_code == 403
        assert [client.get(at(batch, name)).status_code for name in ("detail", "progress", "file")] == [404] * 3
        assert [client.post(at(batch, name)).status_code for name in POSTS] == [404] * 6
    # nor does somebody who may not import any more see what they uploaded: others' rows may stand in it
    assert signed_in(reader).get(at(own)).status_code == 404
    batch.refresh_from_db()
    assert batch.status == BatchStatus.PREVIEWED


def test_colleague_sees_and_takes_the_batch_in_their_own_name(page, signed_in, tmp_path, school, manager):
    make_model()
    batch = uploaded(page, devices(tmp_path, row(1)))
    client = signed_in(manager)
    client.post(at(batch, "take"), {"mode": "all"})
    batch.refresh_from_db()
    assert batch.act.user == manager


def test_nobody_gets_in_without_signing_in(client, tmp_path, school):
    batch = ImportBatch.objects.create(name="a", sha256="", size=1, created_at="2024-01-01T00:00Z", file="x")
    for name in ("detail", "progress", "file"):
        assert client.get(at(batch, name))["Location"].startswith("/login/")
    assert client.get(LIST)["Location"].startswith("/login/")


def test_list_of_batches_takes_the_same_queries_for_one_and_three(
    page, tmp_path, school, django_assert_max_num_queries
):
    make_model()
    counts = []
    for number in range(3):
        uploaded(page, devices(tmp_path, row(number)))
        with django_assert_max_num_queries(8) as queries:
            response = page.get(LIST)
        counts.append(len(queries))
        assert [line[0] for line in tables(response, "import-table")[0]][1:] == ["liste.xlsx"] * (number + 1)
    assert len(set(counts)) == 1
    assert tables(page.get(LIST), "import-table")[0][1][-4:] == ["1", "0", "0", "0"]


def test_preview_takes_the_same_queries_for_one_and_three_unknown_values(
    page, tmp_path, school, django_assert_max_num_queries
):
    counts = []
    for number in (1, 3):
        batch = uploaded(
            page, devices(tmp_path, *(row(n, model=f"Tab {n}", school=f"Mond {n}") for n in range(number)))
        )
        with django_assert_max_num_queries(12) as queries:
            page.get(at(batch))
        counts.append(len(queries))
    assert len(set(counts)) == 1


def test_batch_list_survives_batches_without_summary(page, it_staff):
    ImportBatch.objects.create(name="neu.csv", sha256="", size=1, created_at="2024-01-01T00:00Z", file="x")
    cells = tables(page.get(LIST), "import-table")[0][1]
    assert (cells[0], cells[-4:]) == ("neu.csv", ["–"] * 4)
