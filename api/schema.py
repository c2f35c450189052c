"""The OpenAPI description, derived from the tables of the views: parameters, headers, bodies and refusals."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter
from rest_framework.permissions import AllowAny
from rest_framework.serializers import ListSerializer

from api.errors import PROBLEM_JSON, PROBLEMS, problem
from api.examples import add_examples

_TEXT = {"type": "string"}
_ERROR = {
    "type": "object",
    "required": ["field", "code", "message"],
    "properties": {
        "field": {**_TEXT, "description": "path into the input such as `ids.3`; empty: the input as a whole"},
        "code": {**_TEXT, "description": "stable, for programs"},
        "message": {**_TEXT, "description": "in the language of the request, for people"},
    },
}
_PROBLEM = {
    "type": "object",
    "description": "A problem as in RFC 9457; `errors` names what was refused in the input.",
    "required": ["type", "title", "status", "detail", "errors"],
    "properties": {
        "type": {**_TEXT, "enum": [f"/api/v1/problems/{code}/" for code in PROBLEMS]},
        "title": _TEXT,
        "status": {"type": "integer"},
        "detail": _TEXT,
        "errors": {"type": "array", "items": _ERROR},
    },
    "example": problem(
        "invalid",
        "Some of the input cannot be accepted.",
        [{"field": "ids.1", "code": "invalid", "message": "A valid integer is required."}],
    ),
}
_CHANGE = {
    "type": "object",
    "required": ["at", "by", "fields"],
    "properties": {
        "at": {**_TEXT, "format": "date-time"},
        "by": {"type": ["string", "null"], "description": "null for who does not work for the authority"},
        "fields": {
            "type": "object",
            "additionalProperties": {
                "type": "object",
                "required": ["old", "new"],
                "properties": {"old": {}, "new": {}},
            },
        },
    },
}
_OVERTAKEN = {
    "description": "Somebody else was quicker: the record as it is now, and what was done since the version named.",
    "allOf": [
        {"$ref": "#/components/schemas/Problem"},
        {
            "type": "object",
            "required": ["current", "changes"],
            "properties": {
                "current": {"type": ["object", "null"], "additionalProperties": {}},
                "changes": {"type": "array", "items": _CHANGE},
            },
        },
    ],
}
_ETAG = {"description": "version of the record, for If-Match", "schema": _TEXT}
_HEADERS = {
    "If-Match": "the ETag of the record as you have seen it; * for whichever version there is",
    "Idempotency-Key": "names this attempt: the same request again gets the same answer and does nothing twice",
    "fields": "names of the fields to be given, by comma",
}


class TokenScheme(OpenApiAuthenticationExtension):
    target_class = "api.authentication.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "description": "`Authorization: Bearer …` or `Token …`"}


class Schema(AutoSchema):
    def _is_list_view(self, serializer: Any = None) -> bool:
        paged: tuple[str, ...] = getattr(self.view, "paged", ())
        return self._action in paged or isinstance(serializer, ListSerializer)

    def get_filter_backends(self) -> list[Any]:
        """Histories are lists in pages, without filters."""
        return super().get_filter_backends() if self._action == "list" else []

    def get_request_serializer(self) -> Any:
        return getattr(self.view, "inputs", {}).get(self._action)

    def get_override_parameters(self) -> list[Any]:
        reader = getattr(self.view, "queries", {}).get(self._action)
        names = (name for name in _HEADERS if self._takes(name))
        return [*([reader] if reader else []), *(self._parameter(name) for name in names)]

    def _map_serializer_field(self, field: Any, direction: Any, bypass_extensions: bool = False) -> Any:
        """What is shown may be empty where the model allows it, which REST framework forgets for reading."""
        if direction == "response" and field.read_only and hasattr(field, "allow_blank") and _may_be_blank(field):
            field.allow_blank = True
        mapped = super()._map_serializer_field(field, direction, bypass_extensions)
        if direction == "response" and mapped.get("format") in ("email", "uri"):
            mapped = {name: value for name, value in mapped.items() if name != "format"}
        return mapped

    def _insert_field_validators(self, field: Any, schema: dict[str, Any]) -> None:
        """Rules are for input: rows that are older than a rule are shown all the same."""
        if not field.read_only:
            super()._insert_field_validators(field, schema)

    def get_operation(self, *args: Any, **kwargs: Any) -> Any:
        operation = super().get_operation(*args, **kwargs)
        if operation:
            responses = operation["responses"]
            for code in self._refusals():
                kind = "Overtaken" if code == 412 else "Problem"
                responses.setdefault(str(code), {"$ref": f"#/components/responses/{kind}"})
            responses["default"] = {"$ref": "#/components/responses/Problem"}
            self._describe_success(responses)
        return operation

    @property
    def _action(self) -> Any:
        return getattr(self.view, "action", None)

    @property
    def _is_change(self) -> bool:
        """Whether the operation changes one record, decided on at a version."""
        names = getattr(self.view, "unversioned", ())
        is_record = getattr(self.view, "detail", None) is True or self.method in ("PATCH", "DELETE")
        return self.method not in ("GET", "HEAD") and is_record and self._action not in names

    def _takes(self, name: str) -> bool:
        if name == "If-Match":
            return self._is_change
        if name == "Idempotency-Key":
            return self.method == "POST"
        return self.method == "GET" and hasattr(self.view, "shows")

    def _parameter(self, name: str) -> OpenApiParameter:
        location: Any = OpenApiParameter.QUERY if name == "fields" else OpenApiParameter.HEADER
        # A trial run writes nothing, so it needs no version: but the body says which it is.
        is_required = name == "If-Match" and self._action not in getattr(self.view, "trials", ())
        return OpenApiParameter(name, str, location, required=is_required, description=_HEADERS[name])

    def _refusals(self) -> list[int]:
        is_open = any(isinstance(one, AllowAny) for one in self.view.get_permissions())
        writes = self.method != "GET"
        has_right = getattr(self.view, "rights", {}).get(self._action) is not None
        applies = {
            400: True,
            401: not is_open,
            403: writes or has_right,
            404: "{" in self.path,
            409: writes,
            412: self._is_change,
            413: writes,
            415: writes,
            422: self.method == "POST",
            428: self._is_change,
            429: True,
        }
        return [code for code, it_does in applies.items() if it_does]

    def _describe_success(self, responses: dict[str, Any]) -> None:
        is_record = self._action in ("retrieve", "create", "partial_update") or self._is_change
        if not (is_record and hasattr(self.view, "shown")):
            return
        for code in {"200", "201"} & responses.keys():
            responses[code]["headers"] = {"ETag": _ETAG}
        if self._is_change:
            responses.setdefault("204", {"description": "Done; you may not see the record any more."})


def complete(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """Post-processing hook: the shapes of refusals, and an example of every body."""
    components = result["components"]
    components["schemas"] |= {"Problem": _PROBLEM, "Overtaken": _OVERTAKEN}
    components["responses"] = {name: _answer(name) for name in ("Problem", "Overtaken")}
    _say_anything_once(result)
    add_examples(result)
    return result


def _may_be_blank(field: Any) -> bool:
    model = getattr(getattr(field.parent, "Meta", None), "model", None)
    named = {one.name: one for one in model._meta.fields} if model else {}
    return bool(getattr(named.get(field.source), "blank", False))


def _say_anything_once(node: Any) -> None:
    """Anything or null: null is both, so that no value would fit exactly one."""
    if isinstance(node, dict):
        if {} in node.get("oneOf", []):
            del node["oneOf"]
        for inner in node.values():
            _say_anything_once(inner)
    elif isinstance(node, list):
        for inner in node:
            _say_anything_once(inner)


def _answer(name: str) -> dict[str, Any]:
    retry = {"Retry-After": {"description": "seconds to wait, with 429", "schema": {"type": "integer"}}}
    schema = {"$ref": f"#/components/schemas/{name}"}
    return {"description": name, "headers": retry, "content": {PROBLEM_JSON: {"schema": schema}}}
