"""What the guides say of the program is what the program does."""

import re

from django.utils import translation

from schools.access import RIGHTS, Right
from schools.enums import Role
from tests.house.tree import ROOT


def test_guide_to_accounts_has_the_table_of_rights():
    text = (ROOT / "docs" / "konten-und-rechte.md").read_text(encoding="utf-8")
    table = re.search(r"^\| Recht \|.*?\n\n", text, re.MULTILINE | re.DOTALL)
    lines = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.group().strip().splitlines()]

    with translation.override("de"):
        told = [["Recht", *(str(role.label) for role in Role)]]
        told += [[str(right.label), *("●" if right in RIGHTS[role] else "–" for role in Role)] for right in Right]
    assert [line for line in lines if not line[0].startswith("---")] == told
