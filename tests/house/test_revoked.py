"""Nobody comes upon a device, project or cost whose recording was taken back, but for the few who must."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("audit", "schools", "inventory", "rollout", "costs", "imports", "reports", "hooks", "api", "web")
#: Any way into the table that does not leave them out.
OPEN = re.compile(r"\b(?:Device|ConstructionProject|CostEntry)\.objects\.(?!existing\(|visible_to\()(\w+)")
#: File → ways in: rows fetched again by a key that was just written under a lock, proofs about all rows, and names of
#: what was known at a former instant.
ALLOWED = {
    "costs/services/entries.py": ["get", "get"],
    "inventory/services/states.py": ["get"],
    "rollout/services/projects.py": ["get", "get"],
    "inventory/services/taking_back.py": ["filter"],
    "reports/figures/subjects.py": ["all"],
    "reports/proof_of_use.py": ["filter"],
    "reports/queries_money.py": ["filter"],
    "reports/verification.py": ["exclude", "filter", "filter", "filter", "order_by"],
}


def test_revoked_records_are_left_out() -> None:
    found: dict[str, list[str]] = {}
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            if ways := OPEN.findall(path.read_text()):
                found[str(path.relative_to(ROOT))] = ways
    assert found == ALLOWED
