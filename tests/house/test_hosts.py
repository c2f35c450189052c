"""The repository names no package host and no machine; a page calls nobody but our own server."""

import json
import re

import pytest

from tests.house.tree import ROOT, short, templates, tracked_files

# Written apart, so that this file does not name them itself.
PACKAGE_HOSTS = [
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("pypi", "python", "org"),
        ("pythonhosted", "org"),
        ("npmjs", "org"),
        ("npmjs", "com"),
        ("yarnpkg", "com"),
        ("deb", "debian", "org"),
        ("jsdelivr", "net"),
        ("unpkg", "com"),
        ("cdnjs", "cloudflare", "com"),
        ("fonts", "googleapis", "com"),
        ("astral", "sh"),
    )
]
MACHINE_PATH = re.compile(r"(?<![\w.~/])/(?:root|home/\w+|Users/\w+|work/(?:main|shared))\b")
ADDRESS = re.compile(r"(?:https?:)?//([a-z0-9-]+(?:\.[a-z0-9-]+)+)", re.IGNORECASE)
# host → why a template or a file of ours may name it
NAMED_HOSTS = {"www.w3.org": "names of XML vocabularies, never fetched"}


def _text(path):
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


def test_no_file_names_a_package_host():
    found = [(short(path), host) for path in tracked_files() for host in PACKAGE_HOSTS if host in _text(path)]

    assert found == []


def test_no_file_names_a_path_of_some_machine():
    found = [(short(path), match.group(0)) for path in tracked_files() if (match := MACHINE_PATH.search(_text(path)))]

    assert found == []


def test_lock_of_front_end_packages_has_hashes_and_no_addresses():
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    installed = {name: package for name, package in packages.items() if name}

    assert [name for name, package in installed.items() if "integrity" not in package] == []
    assert [name for name, package in installed.items() if "resolved" in package] == []


@pytest.mark.parametrize("name", ["base", "test", "tools"])
def test_lock_of_packages_has_a_hash_for_each(name):
    lines = (ROOT / "requirements" / f"{name}.txt").read_text().splitlines()
    pinned = [at for at, line in enumerate(lines) if re.match(r"[a-z0-9]", line)]

    assert pinned
    assert [lines[at] for at in pinned if "--hash=sha256:" not in lines[at + 1]] == []


def test_pages_and_their_files_name_no_foreign_host():
    static = [path for path in (ROOT / "static").rglob("*") if path.is_file() and "vendor" not in path.parts]
    found = {
        (short(path), host)
        for path in [*templates(), *static]
        for host in ADDRESS.findall(_text(path))
        if host not in NAMED_HOSTS
    }

    assert found == set()
