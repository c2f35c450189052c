"""``make bench``: every measurement in turn, each in a process of its own. Arguments choose some by name."""

import subprocess
import sys
from pathlib import Path

MEASUREMENTS = (
    "import_devices",
    "import_large",
    "undo_import",
    "export_progress",
    "completion",
    "dashboard",
    "bulk_change",
    "receipt",
    "pages",
    "scope",
    "rest",
    "audit",
    "timeline",
    "money",
    "proof_of_use",
    "labels",
    "comparison",
    "scale",
    "scans",
    "search",
)


def main() -> int:
    chosen = sys.argv[1:] or MEASUREMENTS
    unknown = set(chosen) - set(MEASUREMENTS)
    if unknown:
        print(f"no such measurement: {', '.join(sorted(unknown))}; there are {', '.join(MEASUREMENTS)}")
        return 2
    root = Path(__file__).resolve().parent.parent
    failed = 0
    for name in chosen:
        print(f"\n== {name}", flush=True)
        failed |= subprocess.run([sys.executable, "-m", f"bench.{name}"], cwd=root, check=False).returncode
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
