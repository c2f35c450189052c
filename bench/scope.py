"""What the scope of a school admin costs: lists with ``visible_to`` as it is, against the bare comparison with one key.

Both give the same rows. At 60 and at 6,000 schools, 60,000 devices; ratios, and queries that the scope adds.
"""

import os
import subprocess
import sys
from pathlib import Path

SIZES = {60: 0.10, 6000: 0.25}  # schools → what the scope may add
DEVICES = 60_000


def main() -> int:
    """Each size in a process and a database of its own."""
    if "DATABASE_URL" not in os.environ and len(sys.argv) == 1:
        codes = [subprocess.run([sys.executable, "-m", "bench.scope", str(n)], check=False).returncode for n in SIZES]
        return max(codes)
    return _measure(int(sys.argv[1]) if len(sys.argv) > 1 else min(SIZES))


def _measure(size: int) -> int:
    os.environ.setdefault("DATA_DIR", str(Path(__file__).resolve().parent.parent / "build" / f"bench-scope-{size}"))
    from bench import scope_lists  # noqa: PLC0415 - its models need django.setup() with that DATA_DIR

    return scope_lists.measure(size, DEVICES, SIZES[size])


if __name__ == "__main__":
    sys.exit(main())
