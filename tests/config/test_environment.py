import os

import pytest

from config.environment import flag, kept_secret, number, words


@pytest.mark.parametrize(("value", "is_on"), [("1", True), ("yes", True), ("0", False), ("No ", False), ("", False)])
def test_flag_reads_what_people_write(monkeypatch, value, is_on):
    monkeypatch.setenv("KS_FLAG", value)

    assert flag("KS_FLAG", default=not is_on) is is_on


def test_unset_variables_mean_their_defaults(monkeypatch):
    monkeypatch.delenv("KS_UNSET", raising=False)

    assert flag("KS_UNSET", default=True) is True
    assert number("KS_UNSET", default=7) == 7
    assert words("KS_UNSET", default="a, b,") == ["a", "b"]


def test_secret_is_made_once_and_for_the_owner_only(tmp_path):
    path = tmp_path / "data" / "secret_key"

    secret = kept_secret(path)

    assert len(secret) > 60
    assert kept_secret(path) == secret
    assert os.stat(path).st_mode & 0o777 == 0o600
    assert [entry.name for entry in path.parent.iterdir()] == ["secret_key"]
