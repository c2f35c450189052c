"""The figures: what each is called, what it means, what it reproduces."""

from collections.abc import Iterator

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from inventory.models import Category
from reports.enums import STATES, FigureKind, StatusGroup
from reports.figures import compute as how
from reports.figures import sources as source
from reports.figures.base import Answer, Figure, FigureValue
from reports.figures.custom import custom_figures
from reports.figures.money import MONEY_FIGURES
from reports.queries import Records
from rollout.enums import Level

FIGURES: tuple[Figure, ...] = (
    Figure(
        "schools",
        _("Schools"),
        _("schools"),
        FigureKind.STOCK,
        _(
            "Schools of the authority that are open on the as-of date. A school may have several sites. Schools, sites "
            "and rooms are counted as they are recorded today."
        ),
        how.schools,
        source.schools,
    ),
    Figure(
        "pupils",
        _("Pupils"),
        _("pupils"),
        FigureKind.STOCK,
        _(
            "Pupils of all schools counted here, vocational colleges included, by the school statistics valid on the "
            "as-of date. Schools without a number are left out and named in the note."
        ),
        how.pupils,
        source.pupils(),
    ),
    Figure(
        "pupils_without_vocational",
        _("Pupils without vocational colleges"),
        _("pupils"),
        FigureKind.STOCK,
        _("As “Pupils”, but without the vocational colleges."),
        how.pupils_without_vocational,
        source.pupils(with_vocational=False),
    ),
    Figure(
        "grade_basis",
        _("Completion, basis"),
        _("percent"),
        FigureKind.DERIVED,
        _(
            "Mean of the grades of the schools. The grade of a school is the weighted mean of its requirements of the "
            "level “basis” that apply and are known; each counts 100 percent at most."
        ),
        how.grade(Level.BASIS),
        source.graded(Level.BASIS),
    ),
    Figure(
        "grade_target",
        _("Completion, basis and target"),
        _("percent"),
        FigureKind.DERIVED,
        _("As “Completion, basis”, over the requirements of both levels, basis and target."),
        how.grade(Level.TARGET),
        source.graded(Level.TARGET),
    ),
    Figure(
        "devices_in_service",
        _("Devices in service"),
        _("devices"),
        FigureKind.STOCK,
        _("Devices of all categories that are configured or accepted and in use on the as-of date."),
        how.in_group(StatusGroup.IN_SERVICE),
        source.group(StatusGroup.IN_SERVICE),
    ),
    Figure(
        "devices_on_the_way",
        _("Devices on the way"),
        _("devices"),
        FigureKind.STOCK,
        _("Devices from ordered to accepted that are not in service yet. They do not count towards the standard."),
        how.in_group(StatusGroup.ON_THE_WAY),
        source.group(StatusGroup.ON_THE_WAY),
    ),
    Figure(
        "devices_in_reserve",
        _("Devices in reserve"),
        _("devices"),
        FigureKind.STOCK,
        _("Devices in stock, returned or dismounted: there, but not in use."),
        how.in_group(StatusGroup.IN_RESERVE),
        source.group(StatusGroup.IN_RESERVE),
    ),
    Figure(
        "devices_under_repair",
        _("Devices under repair"),
        _("devices"),
        FigureKind.STOCK,
        _("Devices in repair or defective on the as-of date."),
        how.in_group(StatusGroup.UNDER_REPAIR),
        source.group(StatusGroup.UNDER_REPAIR),
    ),
    Figure(
        "tablets_ordered",
        _("Tablets and convertibles ordered"),
        _("devices"),
        FigureKind.RUNNING_TOTAL,
        _("Quantities of the order lines for tablets and convertibles, ordered up to the as-of date."),
        how.ordered,
        source.ordered(*how.TABLETS),
        "F7",
    ),
    Figure(
        "tablets_delivered",
        _("Tablets and convertibles delivered"),
        _("devices"),
        FigureKind.RUNNING_TOTAL,
        _(
            "Tablets and convertibles that were delivered up to the as-of date: on that day they are delivered or in "
            "any later state, also retired, lost or disposed of."
        ),
        how.delivered,
        source.devices(how.DELIVERED, *how.TABLETS),
        "F8",
    ),
    Figure(
        "put_into_service",
        _("Devices put into service"),
        _("devices"),
        FigureKind.FLOW,
        _(
            "Devices of all categories whose first day in service lies in the period. A device counts once, also if it "
            "was later returned or retired."
        ),
        how.put_into_service,
        source.put_into_service,
        "F13",
    ),
    Figure(
        "boards_in_service",
        _("Digital boards in service"),
        _("boards"),
        FigureKind.STOCK,
        _("Digital boards that are mounted, accepted and in service on the as-of date."),
        how.boards,
        source.group(StatusGroup.IN_SERVICE, *how.BOARDS),
        "F15",
    ),
    Figure(
        "fibre_finished",
        _("Fibre works finished"),
        _("yes or no"),
        FigureKind.MILESTONE,
        _(
            "Yes when every fibre project that is not cancelled is accepted or live on the as-of date. Unknown when "
            "none is recorded."
        ),
        how.fibre_finished,
        source.fibre,
        "F9",
    ),
    Figure(
        "schools_finished",
        _("Schools finished"),
        _("schools"),
        FigureKind.STOCK,
        _(
            "Schools on whose sites every construction project is accepted or live on the as-of date (cancelled ones "
            "aside) and no trade that the standard requires is missing. Sites are those that the school uses today."
        ),
        how.finished_schools,
        source.finished(how.schools_finished),
        "F10",
    ),
    Figure(
        "sites_under_construction",
        _("Sites under construction"),
        _("sites"),
        FigureKind.STOCK,
        _(
            "Sites with at least one project under construction on the as-of date. A site with several counts once. "
            "Which site a project or a school belongs to is taken as it is recorded today."
        ),
        how.sites_under_construction,
        source.under_construction,
        "F11",
    ),
    Figure(
        "projects_blocked",
        _("Construction projects blocked"),
        _("projects"),
        FigureKind.STOCK,
        _("Construction projects that are blocked on the as-of date; the list names the reason of each."),
        how.blocked,
        source.blocked,
    ),
    Figure(
        "standard_presented",
        _("Equipment standard presented"),
        _("yes or no"),
        FigureKind.MILESTONE,
        _(
            "Yes when the version of the equipment standard in force on the as-of date has been presented to a "
            "committee by then."
        ),
        how.standard,
        source.standard,
        "F20",
    ),
    Figure(
        "committee_reports",
        _("Reports to the committee"),
        _("reports"),
        FigureKind.LIST,
        _(
            "Reports published for a session of a committee up to the as-of date; a corrected edition takes the place "
            "of the one before. The records name them with their sessions."
        ),
        how.committee_reports,
        source.publications,
        "F19",
    ),
    *MONEY_FIGURES,
)


def figure_values(records: Records) -> list[FigureValue]:
    """All figures of ``records`` that its reader may see, in a constant number of queries."""
    values = []
    for figure in declared(records):
        answer = figure.compute(records)
        values.append(FigureValue(figure, answer.value, answer.note))
    return values


def declared(records: Records) -> Iterator[Figure]:
    """The figures that can be asked for: those above, devices in service of each category that occurs, people's own."""
    yield from (figure for figure in FIGURES if records.may(figure.needs))
    present = {tally.category for tally in records.tallies}
    for pk, category in records.categories.items():
        if pk in present and category.key not in how.BOARDS:
            yield _of_category(category)
    yield from custom_figures(records)


def _of_category(category: Category) -> Figure:
    return Figure(
        key=f"in_service_{category.key}",
        label=gettext("%(category)s in service") % {"category": category},
        unit=_("devices"),
        kind=FigureKind.STOCK,
        definition=gettext("Devices of the category “%(category)s” that are in service on the as-of date.")
        % {"category": category},
        compute=lambda records: Answer(records.devices(STATES[StatusGroup.IN_SERVICE], (category.key,))),
        behind=source.in_service(category.key),
    )
