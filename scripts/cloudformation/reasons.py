"""Why a resource of the old stack is left behind, and why one of the program is created: from reasons.yaml."""

from pathlib import Path

import yaml

from offline.engine.recording import Resource
from scripts.cloudformation.stack import CfnResource

GONE = "CloudFormation lists it, AWS does not know it: it was deleted by hand, so there is nothing to import"

_DATA = "webui-bedrock:data:DataTier"
_REASONS: dict[str, dict[str, str]] = yaml.safe_load(Path(__file__).with_name("reasons.yaml").read_text())


def left_behind(resource: CfnResource) -> str:
    """Why a resource of a type that is never imported stays outside Pulumi."""
    decide = f"this program has nothing of the type {resource.type}: decide who keeps it"
    return _REASONS["left"].get(resource.type, decide)


def without_match(resource: CfnResource) -> str:
    """Why a resource that could be imported has no counterpart."""
    taken = "this program has one of this kind already, which another resource becomes"
    return _REASONS["unmatched"].get(resource.type, taken)


def created(resource: Resource) -> str:
    """Why the program creates a resource: what it is, else what it is part of."""
    parts = resource.urn.split("::")[2].split("$")
    of_parts = [_REASONS["parts"][part] for part in reversed(parts) if part in _REASONS["parts"]]
    if _DATA in parts:
        return _REASONS["parts"][_DATA]
    return _REASONS["created"].get(resource.type) or next(iter(of_parts), "the template had nothing like it")
