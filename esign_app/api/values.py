"""What bodies and answers are made of. Input is strict: no unknown field, no text where a number belongs."""

from typing import Annotated, Any, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

LARGEST_VERSION = 2**31 - 1


class In(BaseModel):
    """A body. A field that was not sent is not touched: `given()` holds only what was."""

    model_config = ConfigDict(extra="forbid", strict=True)

    def given(self, *without: str) -> dict[str, object]:
        return self.model_dump(exclude_unset=True, exclude={*without})


def _without_defaults(schema: dict[str, Any]) -> None:
    """What is not sent stays as it is; a default in the description would make clients send it."""
    for described in schema.get("properties", {}).values():
        described.pop("default", None)


class Change(In):
    """The body of a PATCH."""

    model_config = ConfigDict(json_schema_extra=_without_defaults)


class Out(BaseModel):
    """An answer, taken from a view of the domain; `id` is always the public one."""

    model_config = ConfigDict(from_attributes=True)

    @classmethod
    def of(cls, view: object) -> Self:
        return cls.model_validate(view)


def _without_nul(text: str) -> str:
    """PostgreSQL cannot store it and nobody types it."""
    if "\0" in text:
        raise ValueError
    return text


Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]{1,64}$")]
PublicId = Annotated[str, Field(validation_alias="public_id")]
Text = Annotated[str, StringConstraints(max_length=4000), AfterValidator(_without_nul)]
Html = Annotated[str, StringConstraints(max_length=200_000), AfterValidator(_without_nul)]
Version = Annotated[
    int,
    Field(
        ge=0,
        le=LARGEST_VERSION,
        description="the `version` you saw; refused with 409 when it is not the newest",
    ),
]
Minor = Annotated[int, Field(ge=-(10**15), le=10**15, description="money in minor units, such as cents")]
Day = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"),
    Field(json_schema_extra={"format": "date"}, description="a calendar day; it has no zone"),
]


class Ref(Out):
    """Another record, by id and name."""

    id: PublicId
    name: str
