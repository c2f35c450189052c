"""Declared figures, as of any day, with the records behind them; and two reports compared."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from api.serializers.figures import (
    MOST,
    ComparisonQuery,
    ComparisonSerializer,
    FigureComparisonSerializer,
    FigureRecordsQuery,
    FigureRecordsSerializer,
    FiguresSerializer,
)
from api.serializers.queries import FiguresQuery
from api.views.base import OperationView
from reports.comparison import Comparison, Line, Question, Step
from reports.figures import FigureValue, figure_values
from reports.figures.behind import figure_of
from reports.figures.wording import possible_wordings
from reports.queries import Records, schools_for
from reports.trail_reader import told_acts
from schools.access import Right
from schools.models import School


class _AskedView(OperationView):
    """Knows the records that the address asks for."""

    def records(self) -> Records:
        day = self.query.get("as_of") or timezone.localdate()
        asked = self.query.get("known_at"), self.query.get("since")
        return Records(day, *asked, self._schools(), self.request.user)

    def _schools(self) -> Any:
        if "school" in self.query:
            return School.objects.visible_to(self.request.user).filter(pk=self.query["school"].pk)
        return schools_for(self.request.user)


class FiguresView(_AskedView):
    serializer_class = FiguresSerializer
    queries = {"retrieve": FiguresQuery}

    def get(self, request: Request) -> Response:
        """Each figure with its value, what it means and what to know about it, for the schools you may see."""
        records = self.records()
        data = [figure.as_data() for figure in figure_values(records)]
        report = {"as_of": records.as_of, "known_at": records.known_at, "since": records.since, "figures": data}
        return Response(self.get_serializer(report).data)


class FigureView(_AskedView):
    serializer_class = FigureRecordsSerializer
    queries = {"retrieve": FigureRecordsQuery}

    @extend_schema(operation_id="figures_detail_retrieve")
    def get(self, request: Request, key: str) -> Response:
        """One figure: how it comes about, how it may be worded, and the records behind it."""
        records = self.records()
        figure = figure_of(key, records)
        if figure is None:
            raise Http404
        answer, behind = figure.compute(records), figure.behind(records)
        value = FigureValue(figure, answer.value, answer.note)
        first = self.query["offset"]
        data = value.as_data() | {
            "sentence": behind.sentence(value.value, str(figure.unit)) if value.value is not None else "",
            "wordings": possible_wordings(value.value, unit=str(figure.unit)),
            "record": behind.record,
            "count": len(behind.rows),
            "columns": _columns(behind.rows.columns),
            "records": [
                {"key": row[0], "cells": list(map(_plain, row[1:]))}
                for row in behind.rows[first : first + self.query["limit"]]
            ],
        }
        return Response(self.get_serializer(data).data)


class _ComparingView(OperationView):
    queries = {"retrieve": ComparisonQuery}
    rights = {"retrieve": Right.EXPORT}

    def comparison(self) -> Comparison:
        asked = Question(**{"as_of": timezone.localdate(), **self.query})
        return Comparison(asked, schools_for(self.request.user), self.request.user)


class ComparisonView(_ComparingView):
    serializer_class = ComparisonSerializer

    def get(self, request: Request) -> Response:
        """All figures of two reports: what was booked late for the earlier one, and what changed in between."""
        return Response(self.get_serializer({"figures": map(_line, self.comparison().lines())}).data)


class FigureComparisonView(_ComparingView):
    serializer_class = FigureComparisonSerializer

    @extend_schema(operation_id="figures_compare_detail_retrieve")
    def get(self, request: Request, key: str) -> Response:
        """One figure in both reports, with the records that entered and left, and who booked them late."""
        comparison = self.comparison()
        if key not in comparison.figures:
            raise Http404
        steps = [_step(step, request.user) for step in comparison.steps(key)]
        return Response(self.get_serializer(_line(comparison.line(key)) | {"steps": steps}).data)


def _columns(columns: Any) -> list[dict[str, str]]:
    return [{"heading": str(column.heading), "kind": column.kind} for column in columns]


def _line(line: Line) -> dict[str, Any]:
    values = {"then": line.then.value, "corrected": line.corrected.value, "now": line.now.value}
    figure = {"key": line.figure.key, "label": str(line.figure.label), "unit": str(line.figure.unit)}
    numbers = {**values, "late": line.late, "moved": line.moved}
    return figure | {name: _plain(number) for name, number in numbers.items()}


def _plain(value: Any) -> Any:
    """Figures are numbers in JSON, amounts too."""
    return float(value) if isinstance(value, Decimal) else value


def _step(step: Step, user: Any) -> dict[str, Any]:
    return {
        "is_late": step.is_late,
        "entered": len(step.entered),
        "left": len(step.left),
        "columns": _columns(step.after.rows.columns),
        "records": [record for is_new in (True, False) for record in _records(step, user, is_new)],
    }


def _records(step: Step, user: Any, is_new: bool) -> Iterator[dict[str, Any]]:
    told = told_acts(user)
    for row, booking in step.told(entered=is_new, most=MOST):
        yield {
            "key": row[0],
            "cells": list(map(_plain, row[1:])),
            "is_new": is_new,
            "recorded_at": booking.at if booking else None,
            "how": told(booking.act) if booking else "",
        }
