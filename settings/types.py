"""Building blocks of the settings models: the strict base class and the checks a single value must pass."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.alias_generators import to_camel
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from aws_rules import arns, image_reference
from settings import formats

REFUSED = "refused"
"""Error type of a value that a `Check` refused: its context holds the `rule`, and what was `meant` or None."""


class Section(BaseModel):
    """A map in the stack configuration: camelCase keys, no unknown key, no conversion between types."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        allow_inf_nan=False,
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,
        strict=True,
    )


@dataclass(frozen=True)
class Check:
    """Annotation of a field whose value must pass `refusal`.

    `refusal` returns what is allowed, in words, when it refuses the value, and None when it accepts it.
    `example` is a value that passes; the fix in the message uses it when the field has no default.
    `meant` returns what somebody probably meant by a refused value, if that can be told: then it is the fix.
    `json_schema` adds the same rule, as far as JSON Schema can say it, to the schema that editors read.
    """

    refusal: Callable[[Any], str | None]
    example: str | int | float
    json_schema: tuple[tuple[str, Any], ...] = ()
    meant: Callable[[Any], str | None] | None = None

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self._apply, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {**handler(schema), **dict(self.json_schema), "examples": [self.example]}

    def _apply(self, value: Any) -> Any:
        rule = self.refusal(value)
        if rule is not None:
            meant = self.meant(value) if self.meant else None
            raise PydanticCustomError(REFUSED, "refused", {"rule": rule, "meant": meant})
        return value


def between(low: float, high: float, source: str, *, example: float | None = None) -> Check:
    """A number from `low` to `high`, both allowed; `source` names whose limit it is."""

    def refusal(value: float) -> str | None:
        return None if low <= value <= high else f"must be {low} to {high} ({source})"

    return Check(refusal, low if example is None else example, (("minimum", low), ("maximum", high)))


def at_least(low: int, source: str, *, example: int | None = None) -> Check:
    """A number of `low` or more; `source` names whose limit it is."""

    def refusal(value: int) -> str | None:
        return None if value >= low else f"must be {low} or more ({source})"

    return Check(refusal, low if example is None else example, (("minimum", low),))


Port = Annotated[int, between(1, 65535, "TCP port", example=8080)]

Image = Annotated[str, Check(image_reference.problem, "registry.example.com/team/app:1.4.2")]
SecretOrKeyArn = Annotated[str, Check(arns.secret_reference_problem, arns.EXAMPLE_ARN)]
SecretOrParameterArn = Annotated[str, Check(arns.secret_or_parameter_problem, arns.EXAMPLE_PARAMETER)]
Words = tuple[Annotated[str, Check(formats.text_problem, "serve")], ...]
