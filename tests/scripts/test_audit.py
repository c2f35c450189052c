"""What the two tools report, as they report it."""

from scripts.audit import Audit, front_end_audit, python_audit

WEAK = {"name": "django", "version": "1.0", "vulns": [{"id": "CVE-1", "fix_versions": ["1.1", "2.0"]}]}
SOUND = {"name": "six", "version": "1.0", "vulns": []}
UNKNOWN = {"name": "attrs", "skip_reason": "Dependency not found"}


def test_weak_package_is_named_with_what_mends_it():
    assert python_audit({"dependencies": [WEAK, SOUND]}) == Audit(2, 2, ["django 1.0: CVE-1, mended in 1.1, 2.0"])


def test_service_out_of_reach_has_checked_nothing():
    assert python_audit({"dependencies": [UNKNOWN]}) == Audit(0, 1, [])
    assert python_audit({}) == Audit(0, 0, [])
    assert front_end_audit({"statusCode": 405, "error": {"summary": ""}}) == Audit(0, 0, [])


def test_weak_front_end_package_is_named():
    report = {"metadata": {"dependencies": {"total": 3}}, "vulnerabilities": {"htmx.org": {"severity": "high"}}}
    assert front_end_audit(report) == Audit(3, 3, ["htmx.org: high"])
