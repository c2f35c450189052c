"""A client generated from the description works: lists, a trial run, a problem."""

import json
import subprocess
import sys
from importlib import import_module, invalidate_caches

import httpx
import pytest
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application

from audit.actor import Actor
from schools.tokens import create_token
from tests.factories import make_device

pytestmark = [pytest.mark.filterwarnings("ignore")]


@pytest.fixture
def package(tmp_path, monkeypatch):
    """Name of the generated package, ready for import."""
    description = tmp_path / "schema.json"
    call_command("spectacular", format="openapi-json", file=str(description))
    target = tmp_path / "generated_client"
    options = ["--path", str(description), "--meta", "none", "--output-path", str(target)]
    said = subprocess.run(
        [sys.executable, "-m", "openapi_python_client", "generate", *options],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )
    assert said.returncode == 0, said.stdout + said.stderr
    assert "WARNING parsing" not in said.stdout, said.stdout
    monkeypatch.syspath_prepend(str(tmp_path))
    invalidate_caches()
    yield "generated_client"
    for name in [name for name in sys.modules if name.startswith("generated_client")]:
        del sys.modules[name]


def test_generated_client_works(package, it_staff, school):
    device = make_device(school=school)
    token = create_token(it_staff, "client", by=Actor(None))[1]
    client = import_module(package).AuthenticatedClient(base_url="http://testserver", token=token)
    client.set_httpx_client(
        httpx.Client(
            base_url="http://testserver",
            headers={"Authorization": f"Bearer {token}"},
            transport=httpx.WSGITransport(app=get_wsgi_application()),
        )
    )
    calls = f"{package}.api.devices"

    models = import_module(f"{package}.models")

    chosen = [models.DevicesListStatusItem.IN_SERVICE]
    page = import_module(f"{calls}.devices_list").sync(client=client, status=chosen)
    assert [row.serial for row in page.results] == [device.serial]

    order = {"ids": [device.pk], "on": "2024-09-01", "status": "in_repair", "dry_run": True}
    body = models.TransitionInputRequest.from_dict(order)
    diff = import_module(f"{calls}.devices_transition_create").sync(client=client, body=body)
    assert (diff.dry_run, diff.changed) == (True, 1)

    refused = import_module(f"{calls}.devices_retrieve").sync_detailed(device.pk + 1000, client=client)
    assert (int(refused.status_code), json.loads(refused.content)["type"]) == (404, "/api/v1/problems/not-found/")
    assert refused.parsed.type_ == "/api/v1/problems/not-found/"
