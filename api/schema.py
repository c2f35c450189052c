"""The OpenAPI description: parameters that views read themselves, and the one shape of errors."""

from typing import Any

from drf_spectacular.openapi import AutoSchema

from api.errors import PROBLEM_JSON

_TEXT = {"type": "string"}
_PROBLEM = {
    "type": "object",
    "description": "A problem as in RFC 9457; `errors` names what was refused in the input.",
    "required": ["type", "title", "status", "detail", "errors"],
    "properties": {
        "type": _TEXT,
        "title": _TEXT,
        "status": {"type": "integer"},
        "detail": _TEXT,
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "code", "message"],
                "properties": {"field": _TEXT, "code": _TEXT, "message": _TEXT},
            },
        },
    },
}


class Schema(AutoSchema):
    """Adds the parameters that ``QueryMixin`` reads; histories are lists in pages, without filters."""

    def _is_list_view(self, serializer: Any = None) -> bool:
        paged: tuple[str, ...] = getattr(self.view, "paged", ())
        return getattr(self.view, "action", None) in paged

    def get_filter_backends(self) -> list[Any]:
        return super().get_filter_backends() if getattr(self.view, "action", None) == "list" else []

    def get_override_parameters(self) -> list[Any]:
        reader = getattr(self.view, "queries", {}).get(getattr(self.view, "action", None))
        return [reader] if reader else []


def describe_problems(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """Post-processing hook: every operation may answer with a problem."""
    result["components"]["schemas"]["Problem"] = _PROBLEM
    answer = {
        "description": "Problem",
        "content": {PROBLEM_JSON: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    for path in result["paths"].values():
        for operation in path.values():
            operation["responses"]["default"] = answer
    return result
