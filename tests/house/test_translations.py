from scripts.messages import PACKAGES as TRANSLATED
from scripts.messages import problems
from tests.house.tree import PACKAGES, ROOT

#: Packages that are no part of the product.
BESIDE = {"bench", "scripts", "tests"}


def test_german_catalogue_is_complete():
    assert problems() == []


def test_no_package_is_forgotten():
    there = {path.parent.name for path in ROOT.glob("*/__init__.py")}
    assert there - BESIDE == set(PACKAGES) == set(TRANSLATED)
