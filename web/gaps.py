"""What is missing, in a few words: "70 missing", "2 sites open"."""

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext, ngettext_lazy
from django.utils.translation import gettext_lazy as _

from rollout.completion import Result
from rollout.enums import Measure

_MISSING = ngettext_lazy("%(shown)s missing", "%(shown)s missing", "number")
_SITES = ngettext_lazy("%(shown)s site open", "%(shown)s sites open", "number")
_SHORT = _("%(shown)s %(unit)s short")
_TEXTS = {
    Measure.MANAGED: ngettext_lazy("%(shown)s not under MDM", "%(shown)s not under MDM", "number"),
    Measure.TESTED: ngettext_lazy("%(shown)s without a valid test", "%(shown)s without a valid test", "number"),
    Measure.TRADE_LIVE: _SITES,
    Measure.TRADE_ACCEPTED: _SITES,
}


def gap_text(result: Result) -> str:
    """Empty where nothing is missing or nothing is known."""
    gap = result.gap
    if not gap:
        return ""
    if result.rule.measure == Measure.YES_NO:
        return str(_("not in place"))
    shown = number_format(gap, use_l10n=True, force_grouping=True)
    if result.rule.measure == Measure.MINIMUM:
        return str(_SHORT % {"shown": shown, "unit": result.rule.unit})
    return str(_TEXTS.get(Measure(result.rule.measure), _MISSING) % {"number": int(gap), "shown": shown})


def due_text(result: Result) -> str:
    """From when what is missing counts; empty where it counts already."""
    if result.due_on is None:
        return ""
    return gettext("not due until %(day)s") % {"day": date_format(result.due_on, "SHORT_DATE_FORMAT")}
