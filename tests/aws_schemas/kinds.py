"""Which of AWS's models a Pulumi resource type means, and the names that the rule does not find."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One resource type in AWS's words."""

    cloudformation: str
    """CloudFormation's resource type, without `AWS::`."""
    request: str
    """botocore's service and the operation that creates it, or the shape in its request."""
    part: bool = False
    """CloudFormation has it as some properties of a larger resource."""
    names: Mapping[str, str] = field(default_factory=dict)
    """Pulumi property -> CloudFormation property, with dots between steps and `[]` after lists."""
    adds: Mapping[str, Any] = field(default_factory=dict)
    """What the provider says beside the inputs."""


KINDS = {
    token: Kind(**row) for token, row in yaml.safe_load(Path(__file__).with_name("kinds.yaml").read_text()).items()
}
"""By Pulumi's type token."""
