"""Guardrails of Amazon Bedrock."""

import re

from aws_rules.iam import Statement, allow

# GuardrailIdentifier and GuardrailVersion of Converse; a task role's policy names the guardrail by its id.
_ID = re.compile(r"[a-z0-9]{1,64}")
_VERSION = re.compile(r"[1-9][0-9]{0,7}|DRAFT")


def id_problem(guardrail_id: str) -> str | None:
    """What is allowed as the id of a guardrail, or None if it fits."""
    return None if _ID.fullmatch(guardrail_id) else "must be the id of a guardrail: small letters and digits"


def meant_id(text: str) -> str | None:
    """The id at the end of a guardrail's ARN."""
    found = text.strip().rpartition(":guardrail/")[2]
    return found if id_problem(found) is None else None


def version_problem(version: str) -> str | None:
    """What is allowed as the version of a guardrail, or None if it fits."""
    return None if _VERSION.fullmatch(version) else "must be the number of a version, or DRAFT"


def apply(partition: str, region: str, account_id: str, guardrail_id: str) -> Statement:
    """Let a request to a model go through the guardrail (Bedrock user guide, "Permissions to use guardrails")."""
    arn = f"arn:{partition}:bedrock:{region}:{account_id}:guardrail/{guardrail_id}"
    return allow("BedrockGuardrail", ["bedrock:ApplyGuardrail"], [arn])
