"""Known weaknesses in what we depend on (``make audit``): exit code 1 for a finding, 0 for none.

The services that know them may be out of reach, of a build machine or behind a firewall: then nothing was found out,
and one line says so. Neither service is named here; the tools ask whom they are set up to ask.
"""

import json
import subprocess
import sys
from typing import Any, NamedTuple

from scripts.environment import PYTHON, ROOT
from scripts.vendor import npm_command

PATIENCE = 120  # seconds for each of the two


class Audit(NamedTuple):
    """``checked``: packages that the service answered for, of ``total``. ``found``: one line per weakness."""

    checked: int
    total: int
    found: list[str]


def main() -> int:
    audits = {"Python packages": _python(), "front-end packages": _front_end()}
    for name, audit in audits.items():
        if not audit.checked:
            print(f"Audit of {name}: no service that knows weaknesses could be reached, nothing was checked.")
        else:
            print(f"Audit of {name}: {audit.checked} of {audit.total} checked, {len(audit.found)} known weaknesses.")
        for line in audit.found:
            print(f"  {line}")
    return 1 if any(audit.found for audit in audits.values()) else 0


def python_audit(report: dict[str, Any]) -> Audit:
    """``report`` of pip-audit; a package that its service does not know has a ``skip_reason``."""
    packages = report.get("dependencies", [])
    found = [
        f"{package['name']} {package['version']}: {weakness['id']}, mended in {', '.join(weakness['fix_versions'])}"
        for package in packages
        for weakness in package.get("vulns", ())
    ]
    return Audit(sum("skip_reason" not in package for package in packages), len(packages), found)


def front_end_audit(report: dict[str, Any]) -> Audit:
    """``report`` of npm; without an answer of its service it has no numbers."""
    total = report.get("metadata", {}).get("dependencies", {}).get("total", 0)
    weak = report.get("vulnerabilities", {})
    return Audit(total, total, [f"{name}: {weakness['severity']}" for name, weakness in weak.items()])


def _python() -> Audit:
    """The locked versions, each with its hash; nothing is installed or resolved for it."""
    command = [PYTHON.parent / "pip-audit", "-r", "requirements/base.txt", "--require-hashes", "--disable-pip"]
    return python_audit(_json([*map(str, command), "--progress-spinner", "off", "--format", "json"]))


def _front_end() -> Audit:
    npm, environment = npm_command()
    return front_end_audit(_json([*npm, "audit", "--json", "--omit", "dev"], environment))


def _json(command: list[str], environment: dict[str, str] | None = None) -> dict[str, Any]:
    """What the tool reports; ``{}`` where it could not ask. Both end with an error for findings, too."""
    try:
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, timeout=PATIENCE, check=False)
        report = json.loads(done.stdout)
    except (subprocess.TimeoutExpired, ValueError):
        return {}
    return report if isinstance(report, dict) else {}


if __name__ == "__main__":
    sys.exit(main())
