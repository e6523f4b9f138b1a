"""What a caller who knows the description of the API and the ids of what is there would send."""

from collections.abc import Mapping
from typing import Any

from esign_app.api.app import app

_NAMED: dict[str, Any] = {
    "email": "new@client.example",
    "phone": "",
    "locale": "de",
    "language": "en",
    "zone": "UTC",
    "currency": "EUR",
    "kind": "nda",
    "action": "move_here",
    "on": "party_declined",
    "before_sending": "",
    "html": "<p>x</p>",
    "close_on": "2026-05-04",
    "params": {"on": "party_declined"},
}
_OF_TYPE = {"integer": 1, "number": 1, "boolean": True, "null": None}


class Plausible:
    """Bodies and queries for the operations of the API; `known` are ids by the names of their fields."""

    def __init__(self, known: Mapping[str, str]) -> None:
        self._known = known
        self._document = app().openapi()
        self._operations = {
            f"{method.upper()} /api/v1{path}": operation
            for path, item in self._document["paths"].items()
            for method, operation in item.items()
        }

    def asked(self, door: str) -> dict[str, Any]:
        """As keyword arguments of an HTTP client."""
        operation = self._operations.get(door, {})
        query = {
            each["name"]: self._value(each["schema"], each["name"])
            for each in operation.get("parameters", [])
            if each["in"] == "query" and each["required"]
        }
        content = operation.get("requestBody", {}).get("content", {}).get("application/json")
        return {"params": query} | ({"json": self._value(content["schema"])} if content else {})

    def _value(self, schema: dict[str, Any], name: str = "") -> Any:
        if name in _NAMED:
            return _NAMED[name]
        schema = self._resolved(schema)
        if "const" in schema or "enum" in schema:
            return schema.get("const") or schema["enum"][0]
        if schema["type"] == "object":
            needed = schema.get("required", [])
            return {
                each: self._value(part, each)
                for each, part in schema.get("properties", {}).items()
                if each in needed
                or each != "seen_version"  # who does not say what it saw is not refused for it
            }
        if schema["type"] == "array":
            return [self._value(schema["items"], name)]
        return _OF_TYPE.get(schema["type"], self._text(name))

    def _resolved(self, schema: dict[str, Any]) -> dict[str, Any]:
        if "$ref" in schema:
            schema = self._document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        return self._resolved(schema["anyOf"][0]) if "anyOf" in schema else schema

    def _text(self, name: str) -> str:
        return self._known.get(name) or self._known.get(f"{name}_id") or "Changed"
