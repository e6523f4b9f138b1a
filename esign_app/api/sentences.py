"""Sentences for what a schema or the protocol refuses, in our words and both languages."""

from collections.abc import Mapping
from typing import Any

from esign_app.text import t

# pydantic's name of an error -> our sentence; {field}, {least}, {most}, {choices} are filled in where it has them.
SENTENCES = {
    "missing": "{field} is missing.",
    "extra_forbidden": "There is no field {field} here.",
    "string_type": "{field} must be a text.",
    "string_unicode": "{field} must be a text.",
    "int_type": "{field} must be a whole number.",
    "int_parsing": "{field} must be a whole number.",
    "int_from_float": "{field} must be a whole number.",
    "int_parsing_size": "{field} must be a whole number.",
    "bool_type": "{field} must be true or false.",
    "bool_parsing": "{field} must be true or false.",
    "list_type": "{field} must be a list.",
    "model_type": "{field} must be a JSON object.",
    "model_attributes_type": "{field} must be a JSON object.",
    "dict_type": "{field} must be a JSON object.",
    "string_too_long": "{field} is too long: at most {most} characters.",
    "too_long": "{field} has too many entries: at most {most}.",
    "greater_than_equal": "{field} must be at least {least}.",
    "less_than_equal": "{field} must be at most {most}.",
    "literal_error": "{field} must be one of these: {choices}.",
    "json_invalid": "The body is not valid JSON.",
}
OTHERWISE = "{field} is not valid."

STATUSES = {
    400: ("invalid", "The body cannot be read."),
    404: ("not_found", "There is nothing at this address."),
    405: ("method_not_allowed", "This address does not take this method."),
    413: ("too_large", "The body is too large: at most {most} kB."),
    415: ("not_json", "Please send the body as JSON, with the header Content-Type: application/json."),
    500: ("fault", "Something went wrong on our side. Tell your admin the reference {reference}."),
}
NO_ANSWER = ("refused", "This request cannot be answered.")


def of_error(error: Mapping[str, Any]) -> tuple[str, str]:
    """A sentence for one validation error, and the field it is about: `lines.0.title`."""
    kind = error["type"]
    path = [str(part) for part in error["loc"] if isinstance(part, str | int)]
    field = "" if kind == "json_invalid" else ".".join(path[1:]) or path[0]
    told = error.get("ctx", {})
    values: dict[str, Any] = {
        "field": field[:80],
        "least": told.get("ge"),
        "most": told.get("max_length", told.get("le")),
        "choices": told.get("expected"),
    }
    return t(SENTENCES.get(kind, OTHERWISE), **values), field[:80]


def of_status(status: int, **values: Any) -> tuple[str, str]:
    """Code and sentence for a refusal of the protocol."""
    code, sentence = STATUSES.get(status, NO_ANSWER)
    return code, t(sentence, **values)
