"""In pages and interface every row is fetched through visible_to(user)."""

import ast

import pytest

from tests.house.tree import parse, python_files, short

# none() is the empty start of a choice that the form's constructor fills.
LIMITED = {"visible_to", "none"}
MANAGERS = {"objects", "_default_manager", "_base_manager"}
# (file, what is fetched) → why nobody's view has to limit it
ALLOWED = {
    ("api/idempotency.py", "AnsweredRequest"): "the clean-up of every day forgets old answers, whoever got them",
}


def _unlimited(tree: ast.Module) -> list[str]:
    """Names of what is fetched from a manager, or handed over as a bare model, without visible_to."""
    limited = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in LIMITED and isinstance(node.value, ast.Attribute)
    }
    managers = [
        ast.unparse(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in MANAGERS and id(node) not in limited
    ]
    bare = [
        node.args[0].id
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and ast.unparse(node.func).split(".")[-1] in {"get_object_or_404", "get_list_or_404"}
        and node.args
        and isinstance(node.args[0], ast.Name)
        and node.args[0].id[0].isupper()
    ]
    return managers + bare


def test_rows_are_fetched_through_visible_to():
    found = {(short(path), name) for path in python_files("web", "api") for name in _unlimited(parse(path))}

    assert found - ALLOWED.keys() == set()


def test_exceptions_are_still_needed_and_have_a_reason():
    found = {(short(path), name) for path in python_files("web", "api") for name in _unlimited(parse(path))}

    assert ALLOWED.keys() - found == set()
    assert [key for key, reason in ALLOWED.items() if len(reason) < 20] == []


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("School.objects.visible_to(user).filter(a=1)", []),
        ("School.objects.none()", []),
        ("School.objects.filter(a=1)", ["School"]),
        ("get_object_or_404(School, pk=1)", ["School"]),
        ("get_object_or_404(School.objects.visible_to(user), pk=1)", []),
        ("models.School._default_manager.all()", ["models.School"]),
    ],
)
def test_guard_sees_what_it_should(code, names):
    assert _unlimited(ast.parse(code)) == names
