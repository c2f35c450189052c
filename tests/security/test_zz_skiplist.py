import pytest
from tests.house.conftest import *
from tests.house.url_table import GET, POST, SEND
from tests.security.test_tampering import arguments, WRITES
pytestmark = pytest.mark.django_db
def test_list(world):
    by = {}
    for name in GET:
        own, other, none = arguments(world, name)
        if own == other or name == "web:invitation_accept":
            by.setdefault(GET[name][0], []).append(name)
    for k, v in by.items(): print("SK", k, len(v), v if k else "")
    print("WR", sum(1 for m, n in WRITES if arguments(world, n)[0] == arguments(world, n)[1]))
