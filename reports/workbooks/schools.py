"""Completion per school and requirement, and the list of what is missing."""

from collections.abc import Iterator
from decimal import Decimal

from django.utils.translation import get_language, gettext

from common.sheets.writer import MUTED, PAPER, Area, Field, SheetWriter, Value
from reports.workbooks.sheet import TOP, Placed, Progress, colour_scale, day_text, entitle, mark, share, total_style
from rollout.completion import Result, SchoolCompletion
from rollout.completion.measures import Rule
from rollout.enums import Level, Measure, Outcome

#: Columns of the tables below that formulas and charts use.
NAME, GRADE = 1, 4
GAP_REQUIREMENT, GAP_MISSING = 3, 9
_OPEN = (Outcome.PARTLY, Outcome.NOT_MET, Outcome.NOT_DUE, Outcome.UNKNOWN)


def write_completion(sheet: SheetWriter, progress: Progress, gaps: Placed) -> Placed:
    """Schools × requirements in percent, means below."""
    entitle(sheet, progress)
    rules = progress.rules
    fixed = _fixed_fields(progress)
    fields = [*fixed, *(Field(rule.label, 9, "percent", is_upright=True) for rule in rules)]
    _levels(sheet, rules, len(fixed))
    head = TOP + 1
    area = sheet.table(head, fields, _rows(progress, rules), height=165, frozen=2)
    if area.last > area.head:
        colour_scale(sheet, (area.first, GRADE), (area.last, GRADE + 1))
        colour_scale(sheet, (area.first, len(fixed)), (area.last, area.right))
        _grey_texts(sheet, area)
        _totals(sheet, area, progress, rules, gaps)
    sheet.raw.repeat_rows(TOP, head)
    # One page holds the schools of a city; more of them take more pages.
    sheet.raw.fit_to_pages(1, int(area.last - area.head <= 60))
    return Placed(sheet, area)


def write_gaps(sheet: SheetWriter, progress: Progress) -> Placed:
    """One line per school and requirement that is not met or not known."""
    entitle(sheet, progress)
    fields = [
        Field(gettext("School no."), 10),
        Field(gettext("School"), 39),
        Field(gettext("Type"), 10),
        Field(gettext("Requirement"), 33),
        Field(gettext("Level"), 12),
        Field(gettext("State"), 13),
        Field(gettext("Required"), 10, "number"),
        Field(gettext("In service or reached"), 12, "number"),
        Field(gettext("On the way"), 11, "number"),
        Field(gettext("Missing"), 9, "number"),
        Field(gettext("Fulfilled"), 10, "percent"),
        Field(gettext("Explanation"), 104, "long"),
    ]
    area = sheet.table(TOP, fields, _gap_rows(progress), height=32, frozen=2)
    words = {Outcome.NOT_MET: "bad", Outcome.PARTLY: "fair"}
    mark(sheet, area, 5, {str(outcome.label): tone for outcome, tone in words.items()})
    return Placed(sheet, area)


def _fixed_fields(progress: Progress) -> list[Field]:
    fields = [
        Field(gettext("School no."), 9),
        Field(gettext("School"), 39),
        Field(gettext("Type"), 6, is_upright=True),
        Field(gettext("Pupils"), 8, "number", is_upright=True),
        Field(gettext("Grade (basis)"), 9, "percent", is_upright=True),
        Field(gettext("Grade (basis and target)"), 9, "percent", is_upright=True),
    ]
    if progress.before:
        day = day_text(progress.before.as_of)
        fields.append(Field(gettext("Grade on %(day)s") % {"day": day}, 9, "percent", is_upright=True))
        fields.append(Field(gettext("Change in points"), 9, "change", is_upright=True))
    return fields


def _levels(sheet: SheetWriter, rules: list[Rule], left: int) -> None:
    """Above the headings: which requirements are basis, which are target."""
    style = sheet.book.style(bold=True, align="center", bg_color=MUTED, font_color=PAPER, border=1, border_color=PAPER)
    for level in Level:
        columns = [left + at for at, rule in enumerate(rules) if rule.level == level]
        if len(columns) > 1:
            sheet.raw.merge_range(TOP, columns[0], TOP, columns[-1], str(level.label), style)
        elif columns:
            sheet.put(TOP, columns[0], str(level.label), style)


def _rows(progress: Progress, rules: list[Rule]) -> Iterator[list[Value]]:
    before = {one.school.pk: one for one in progress.before.completion.schools} if progress.before else {}
    words = {outcome: str(outcome.label) for outcome in (Outcome.UNKNOWN, Outcome.NOT_APPLICABLE, Outcome.COVERED)}
    for one in progress.records.completion.schools:
        school = one.school
        pupils = one.facts.heads.pupils if one.facts.heads else None
        row: list[Value] = [school.number, school.name, school.type_short, _or_unknown(pupils, words)]
        row += [_or_unknown(share(grade), words) for grade in (one.grade, one.grade_target)]
        if progress.before:
            row += _compared(one, before.get(school.pk), words)
        row += [_cell(one.result(rule.key), words) for rule in rules]
        yield row


def _or_unknown(value: Value, words: dict[Outcome, str]) -> Value:
    return words[Outcome.UNKNOWN] if value is None else value


def _cell(result: Result | None, words: dict[Outcome, str]) -> Value:
    if result is None or result.state == Outcome.NOT_APPLICABLE:
        return words[Outcome.NOT_APPLICABLE]
    if result.state == Outcome.COVERED:
        return words[Outcome.COVERED]
    return _or_unknown(share(result.percent), words)


def _compared(now: SchoolCompletion, before: SchoolCompletion | None, words: dict[Outcome, str]) -> list[Value]:
    old = before.grade if before else None
    if old is None or now.grade is None:
        return [_or_unknown(share(old), words), "–"]
    return [share(old), now.grade - old]


def _grey_texts(sheet: SheetWriter, area: Area) -> None:
    """Unknown and not applicable are words and step back."""
    style = sheet.book.book.add_format({"font_color": MUTED, "italic": True})
    rule = {"type": "formula", "criteria": f"=ISTEXT(D{area.first + 1})", "format": style}
    sheet.raw.conditional_format(area.first, 3, area.last, area.right, rule)


def _totals(sheet: SheetWriter, area: Area, progress: Progress, rules: list[Rule], gaps: Placed) -> None:
    """Mean, schools that meet it, and what is missing; a mean follows the filter."""
    labels = [gettext("Mean of the schools"), gettext("Schools that meet it"), gettext("Missing in all schools")]
    for row, label in enumerate(labels, area.last + 1):
        for column in range(area.right + 1):
            sheet.put(row, column, label if column == NAME else "", total_style(sheet.book))
    schools = progress.records.completion.schools
    _mean(sheet, area, GRADE, [one.grade for one in schools])
    _mean(sheet, area, GRADE + 1, [one.grade_target for one in schools])
    pupils = [one.facts.heads.pupils for one in schools if one.facts.heads]
    if any(pupils):
        total = sum(number or 0 for number in pupils)
        sheet.formula(area.last + 1, 3, f"=SUBTOTAL(109,{area.column(3)})", total, total_style(sheet.book, "number"))
    for column, rule in enumerate(rules, area.right + 1 - len(rules)):
        results = [result for one in schools if (result := one.result(rule.key)) is not None]
        _mean(sheet, area, column, [result.percent for result in results])
        _met_and_missing(sheet, area, column, rule, results, gaps)


def _mean(sheet: SheetWriter, area: Area, column: int, percents: list[Decimal | None]) -> None:
    known = [percent for percent in percents if percent is not None]
    style = total_style(sheet.book, "percent")
    if not known:
        sheet.put(area.last + 1, column, "–", style)
    else:
        mean = float(sum(known, Decimal(0)) / len(known)) / 100
        sheet.formula(area.last + 1, column, f"=SUBTOTAL(101,{area.column(column)})", mean, style)


def _met_and_missing(
    sheet: SheetWriter, area: Area, column: int, rule: Rule, results: list[Result], gaps: Placed
) -> None:
    style = total_style(sheet.book, "number", align="center")
    if all(result.percent is None for result in results):
        sheet.put(area.last + 2, column, "–", style)
        sheet.put(area.last + 3, column, "–", style)
        return
    met = sum(result.state == Outcome.MET for result in results)
    sheet.formula(area.last + 2, column, f"=COUNTIF({area.column(column)},1)", met, style)
    if rule.measure == Measure.MINIMUM:
        sheet.put(area.last + 3, column, "–", style)
        return
    missing = sum(result.gap or 0 for result in results if result.state in _OPEN)
    name = rule.label.replace('"', '""')
    formula = f'=SUMIFS({gaps.cells(GAP_MISSING)},{gaps.cells(GAP_REQUIREMENT)},"{name}")'
    sheet.formula(area.last + 3, column, formula, missing, style)


def _gap_rows(progress: Progress) -> Iterator[list[Value]]:
    states = {outcome.value: str(outcome.label) for outcome in Outcome}
    levels = {level.value: str(level.label) for level in Level}
    language = get_language()
    found = [
        (one.school, r)
        for one in progress.records.completion.schools
        for r in one.results
        if r.state in _OPEN and progress.shows(r.key)
    ]
    # What is missing comes first; what is not known follows, for those who have to find it out.
    for school, result in sorted(found, key=lambda pair: pair[1].state == Outcome.UNKNOWN):
        is_known = result.state != Outcome.UNKNOWN
        yield [
            school.number,
            school.name,
            school.type_short,
            result.label,
            levels[result.rule.level],
            states[result.state],
            result.required,
            result.actual,
            result.on_the_way if is_known else None,
            result.gap,
            share(result.percent),
            result.explanation(language),
        ]
