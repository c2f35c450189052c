"""Examples in the OpenAPI description: one per body, put together from what fields are usually filled with."""

from typing import Any

#: field → what it may hold; taken where it fits the schema of the field
_USUAL: dict[str, Any] = {
    "number": "123456",
    "school": "123456",
    "name": "Schule am Park",
    "school_name": "Schule am Park",
    "serial": "DMPX1234ABCD",
    "asset_tag": "IT-004711",
    "category": "tablet",
    "manufacturer_name": "Apple",
    "model_name": "iPad 9",
    "room_name": "R 101",
    "status": "in_service",
    "street": "Lindenweg 1",
    "postcode": "12345",
    "town": "Lindenfurt",
    "title": "Glasfaser",
    "reason": "Roll-out",
    "email": "schule@example.org",
    "username": "ina.it",
    "price": "399.00",
}
_BY_FORMAT = {
    "date": "2024-09-01",
    "date-time": "2024-09-01T12:00:00+02:00",
    "uri": "https://example.org/",
    "email": "schule@example.org",
    "decimal": "399.00",
}
_BY_TYPE: dict[str, Any] = {"integer": 1, "number": 1.5, "boolean": True, "string": "text", "null": None}


def add_examples(result: dict[str, Any]) -> None:
    """Give every JSON body of a request and every successful answer an ``example``."""
    schemas = result["components"]["schemas"]
    for path in result["paths"].values():
        for operation in path.values():
            bodies = [operation.get("requestBody", {}), *operation["responses"].values()]
            for body in bodies:
                media = body.get("content", {}).get("application/json")
                if media and "schema" in media and "examples" not in media:
                    media["example"] = _example(media["schema"], schemas, "", ())


def _example(schema: dict[str, Any], schemas: dict[str, Any], name: str, path: tuple[str, ...]) -> Any:
    """A value that fits ``schema``; ``path``: the references followed so far, against endless ones."""
    if "$ref" in schema:
        key = schema["$ref"].rpartition("/")[2]
        return None if key in path else _example(schemas[key], schemas, name, (*path, key))
    for several in ("allOf", "oneOf", "anyOf"):
        if several in schema:
            return _example(schema[several][0], schemas, name, path)
    if "example" in schema or "const" in schema:
        return schema.get("example", schema.get("const"))
    if "enum" in schema:
        return _USUAL[name] if _USUAL.get(name) in schema["enum"] else schema["enum"][0]
    return _of_type(schema, schemas, name, path)


def _of_type(schema: dict[str, Any], schemas: dict[str, Any], name: str, path: tuple[str, ...]) -> Any:
    kind = schema.get("type")
    kind = kind[0] if isinstance(kind, list) else kind
    if kind == "object":
        fields = schema.get("properties", {}).items()
        return {field: _example(inner, schemas, field, path) for field, inner in fields}
    if kind == "array":
        return [_example(schema["items"], schemas, name, path)]
    if kind == "string" and isinstance(_USUAL.get(name), str):
        return _USUAL[name][: schema.get("maxLength")]
    if kind in ("integer", "number"):
        return max(schema.get("minimum", 1), _BY_TYPE[kind])
    return _BY_FORMAT.get(schema.get("format", ""), _BY_TYPE.get(kind or "", {}))
