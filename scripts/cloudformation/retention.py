"""Whether CloudFormation would keep what its stack owns, and the template in which the stack is nothing but exports."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from health.aws import Aws
from scripts.cloudformation.stack import CfnStack

POLICIES = ("DeletionPolicy", "UpdateReplacePolicy")


class _TemplateLoader(yaml.SafeLoader):
    """YAML with CloudFormation's short functions (`!Ref`), whose meaning does not matter here."""


def _ignore(loader: yaml.SafeLoader, _suffix: str, node: yaml.Node) -> object:
    if isinstance(node, yaml.ScalarNode):
        return loader.construct_scalar(node)
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node)
    return loader.construct_mapping(node) if isinstance(node, yaml.MappingNode) else None


_TemplateLoader.add_multi_constructor("!", _ignore)


@dataclass(frozen=True, kw_only=True)
class Template:
    """The stack's template, as far as it matters here."""

    format: str
    """`json` or `yaml`."""
    not_retained: Sequence[str]
    """The logical ids that CloudFormation would delete with the stack, or replace and delete."""


def read_template(aws: Aws, stack: CfnStack) -> Template:
    """Read the stack's template. Raises one of AWS_ERRORS."""
    answer = aws.client("cloudformation").get_template(StackName=stack.name, TemplateStage="Processed")
    body, is_json = answer["TemplateBody"], not isinstance(answer["TemplateBody"], str)
    # _TemplateLoader is a SafeLoader: it constructs nothing but plain values.
    template: Mapping[str, Any] = body if is_json else yaml.load(body, _TemplateLoader)  # noqa: S506
    resources = template.get("Resources", {}).items()
    lacking = sorted(name for name, resource in resources if any(resource.get(p) != "Retain" for p in POLICIES))
    return Template(format="json" if is_json else "yaml", not_retained=lacking)


def exports_only(stack: CfnStack) -> dict[str, Any]:
    """A template for the old stack that owns nothing and goes on exporting the same values.

    CloudFormation refuses to change or remove an export that another stack imports; the same value is no change.
    """
    return {
        "Description": "Exports of the former template; the resources behind them are Pulumi's",
        "Resources": {"Nothing": {"Type": "AWS::CloudFormation::WaitConditionHandle"}},
        "Outputs": {
            export.key: {"Value": export.value, "Export": {"Name": name}}
            for name, export in sorted(stack.exports.items())
        },
    }
