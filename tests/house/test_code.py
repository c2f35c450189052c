"""Small by default, and none of the things that the house does without."""

import ast

import pytest

from tests.house.tree import PACKAGES, ROOT, parse, python_files, short

LONGEST_FILE = 400
LONGEST_FUNCTION = 50
LONGEST_TEMPLATE = 150


def _functions(tree: ast.Module) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def test_files_stay_small():
    sizes = {short(path): len(path.read_text(encoding="utf-8").splitlines()) for path in python_files()}

    assert {name: size for name, size in sizes.items() if size > LONGEST_FILE} == {}


def test_functions_stay_small():
    found = {
        f"{short(path)}:{function.name}": lines
        for path in python_files()
        for function in _functions(parse(path))
        if (lines := (function.end_lineno or 0) - function.lineno + 1) > LONGEST_FUNCTION
    }

    assert found == {}


def test_templates_stay_small():
    found = {short(path): len(path.read_text().splitlines()) for path in (ROOT / "templates").rglob("*.html")}

    assert {name: size for name, size in found.items() if size > LONGEST_TEMPLATE} == {}


def test_there_is_no_drawer_for_everything():
    assert [short(path) for path in python_files() if path.stem in {"utils", "helpers", "misc"}] == []


@pytest.mark.parametrize("package", PACKAGES)
def test_models_do_not_override_save_or_delete(package):
    found = [
        f"{short(path)}:{node.name}.{method.name}"
        for path in python_files(package)
        if "serializers" not in path.parts and "forms" not in path.parts
        for node in ast.walk(parse(path))
        if isinstance(node, ast.ClassDef)
        for method in node.body
        if isinstance(method, ast.FunctionDef) and method.name in {"save", "delete"}
    ]

    assert found == []


def test_imports_name_what_they_take():
    found = [
        short(path)
        for path in python_files()
        for node in ast.walk(parse(path))
        if isinstance(node, ast.ImportFrom) and any(alias.name == "*" for alias in node.names)
    ]

    assert found == []
