"""Which site a row means: one text can be the name or street of several."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from common.parsing import normalise_heading
from imports.matching import Sites
from imports.preview import Choice, Plan
from schools.models import School, Site


def sites_called(sites: Sites, text: str, school: School | None) -> list[Site]:
    """All sites of that name or street, at ``school`` where one is given."""
    wanted = normalise_heading(text)
    among = sites.of(school) if school else sites.by_pk.values()
    return [site for site in among if wanted in (normalise_heading(site.name), normalise_heading(site.street))]


def one_site(plan: Plan, i: int, found: Sequence[Site], text: str, key: str = "site") -> Site | None:
    """The one site, or the one that somebody said row ``i`` means; ``None`` while that is open."""
    if len(found) < 2:
        return found[0] if found else None
    message = _("There are several sites that “%(text)s” may mean.") % {"text": text}
    answer = plan.ambiguous(i, key, [Choice(site.pk, _address(site)) for site in found], message)
    return next((site for site in found if answer and site.pk == answer.to), None)


def _address(site: Site) -> str:
    return ", ".join(filter(None, [site.name, site.street, f"{site.postcode} {site.town}".strip()]))
