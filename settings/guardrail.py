"""The map `gateway.guardrail`."""

from typing import Annotated

from pydantic import Field

from aws_rules import guardrails
from settings.types import Check, Section


class GuardrailSettings(Section):
    """A guardrail of Amazon Bedrock, made beforehand."""

    id: Annotated[str, Check(guardrails.id_problem, "gr1a2b3c4d5e", meant=guardrails.meant_id)] = Field(
        description="Id of the guardrail."
    )
    version: Annotated[str, Check(guardrails.version_problem, "1")] = Field(
        description="Its version: a number, or DRAFT."
    )
