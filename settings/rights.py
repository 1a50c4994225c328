"""What a service's tasks may do in AWS beyond what the stack gives them."""

from enum import StrEnum
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from aws_rules.iam import Statement
from aws_rules.iam_names import (
    EXAMPLE_POLICY,
    action_problem,
    attached_policy_problem,
    is_broad,
    is_meant_to_be_broad,
    resource_problem,
    sid_problem,
)
from settings.types import Check, Section

PolicyArn = Annotated[str, Check(attached_policy_problem, EXAMPLE_POLICY)]


class Effect(StrEnum):
    """What a statement does with what it names."""

    ALLOW = "Allow"
    DENY = "Deny"


def _listed(raw: Any) -> Any:
    """IAM takes one text for a list of one."""
    return tuple(raw) if isinstance(raw, list) else (raw,) if isinstance(raw, str) else raw


ActionName = Annotated[str, Check(action_problem, "polly:SynthesizeSpeech")]
ResourceArn = Annotated[str, Check(resource_problem, "arn:aws:s3:::team-documents/*")]


class StatementSettings(Section):
    """A statement in IAM's own words."""

    sid: Annotated[str, Check(sid_problem, "Speech")] | None = Field(
        alias="Sid", default=None, description="Statement ID; one that begins with Broad permits * (default none)."
    )
    effect: Effect = Field(alias="Effect", examples=["Allow"], description="Allow or Deny.")
    action: Annotated[
        tuple[ActionName, ...],
        BeforeValidator(_listed, json_schema_input_type=tuple[ActionName, ...] | ActionName),
    ] = Field(alias="Action", description="Actions, such as polly:SynthesizeSpeech.")
    resource: Annotated[
        tuple[ResourceArn, ...],
        BeforeValidator(_listed, json_schema_input_type=tuple[ResourceArn, ...] | ResourceArn),
    ] = Field(alias="Resource", description="ARNs; {account} and {region} may stand in them.")
    condition: dict[str, dict[str, str | list[str]]] = Field(
        alias="Condition", default_factory=dict, description="Operator to key to value or values (default none)."
    )

    @property
    def is_broad_without_a_word(self) -> bool:
        """Whether it allows all actions, all of a service or every resource, and its ID does not say so."""
        allows = self.effect is Effect.ALLOW and is_broad(self.action, self.resource)
        return allows and not is_meant_to_be_broad(self.sid)

    def document(self, account_id: str = "{account}", region: str = "{region}") -> Statement:
        """The statement as IAM takes it, with the placeholders of its resources filled in."""
        filled = [arn.replace("{account}", account_id).replace("{region}", region) for arn in self.resource]
        return {
            **({"Sid": self.sid} if self.sid else {}),
            "Effect": self.effect.value,
            "Action": list(self.action),
            "Resource": filled,
            **({"Condition": self.condition} if self.condition else {}),
        }
