"""Application inference profiles: one for each model, by whose tags AWS tells what the stack's calls of it cost."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from aws_rules import bedrock


@dataclass(frozen=True, kw_only=True)
class ProfiledModel:
    """A model or a system-defined inference profile, and where it is called."""

    arn: str
    region: str


@dataclass(frozen=True, kw_only=True)
class InferenceProfilesArgs:
    """The models, by the ids that people know."""

    name_prefix: str
    models: Mapping[str, ProfiledModel]


class InferenceProfiles(pulumi.ComponentResource):
    """One profile a model, in the region where the model is called, with the tag Model beside the stack's own."""

    arns: pulumi.Output[dict[str, str]]

    def __init__(self, name: str, args: InferenceProfilesArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("webui-bedrock:models:InferenceProfiles", name, None, opts)
        self.by_model = {
            model: aws.bedrock.InferenceProfile(
                f"{name}-{bedrock.in_names(model)}",
                name=bedrock.profile_name(args.name_prefix, model),
                description=f"Calls of {bedrock.in_names(model)} by {args.name_prefix}",
                model_source={"copy_from": profiled.arn},
                region=profiled.region,
                tags={"Model": model},
                opts=pulumi.ResourceOptions(parent=self),
            ).arn
            for model, profiled in args.models.items()
        }
        self.arns = pulumi.Output.all(**self.by_model)
        self.register_outputs({"arns": self.arns})
