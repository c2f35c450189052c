"""How the answer to a scan looks and sounds."""

from django import template

from inventory.enums import OPEN_FINDINGS, UNSOLVED, Verdict
from inventory.models import Scan
from inventory.services import Counted

register = template.Library()


@register.filter
def scan_tone(scan: Scan) -> str:
    """``good``, ``warn`` or ``bad``: the colour of the line and the tone that is heard."""
    if scan.verdict in UNSOLVED:
        return "bad"
    is_plain = scan.verdict in (Verdict.DONE, Verdict.FOUND) and not scan.message
    return "good" if is_plain else "warn"


@register.filter
def count_tone(answer: Counted) -> str:
    """The same for the answer to a count."""
    if answer.item is None or answer.item.finding in OPEN_FINDINGS:
        return "bad"
    return "good" if answer.is_new else "warn"
