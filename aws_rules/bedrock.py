"""IAM statements that let the gateway's task role use Amazon Bedrock, limited to the models of the stack.

Bedrock user guide, "Prerequisites for inference profiles": a caller of an inference profile also needs the
foundation model in every region the profile routes to; bedrock:InferenceProfileArn ties that to the profile.
"""

import hashlib
import re
from collections.abc import Mapping

from aws_rules.iam import Statement, allow
from aws_rules.model_ids import geography, is_application_profile, without_geography
from aws_rules.residency import GEOGRAPHIES, regions

LONGEST_PROFILE = 64
_INVOKE = ["bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"]


def list_models() -> Statement:
    """See what Bedrock has, which IAM lets nobody limit."""
    return allow("BedrockList", ["bedrock:ListFoundationModels", "bedrock:ListInferenceProfiles"], ["*"])


def assume(*role_arns: str) -> Statement:
    """Become the roles that may call Bedrock, in another account for example."""
    return allow("BedrockAsRole", ["sts:AssumeRole"], list(role_arns))


def by_mantle(partition: str, region: str, account_id: str, models: tuple[str, ...]) -> Statement:
    """Call these models at bedrock-mantle, whose rights are another service's.

    Requests without a project run in the account's default one; a condition tells the model. Service Authorization
    Reference, "Amazon Bedrock Powered by AWS Mantle".
    """
    project = f"arn:{partition}:bedrock-mantle:{region}:{account_id}:project/default"
    of_models = {"StringEquals": {"bedrock-mantle:Model": list(models)}}
    return allow("BedrockMantle", ["bedrock-mantle:CreateInference"], [project], of_models)


def in_names(model: str) -> str:
    """A model's id in names of resources."""
    return re.sub(r"[^0-9A-Za-z]+", "-", model)


def profile_name(name_prefix: str, model: str) -> str:
    """The name of an application inference profile (CreateInferenceProfile: 64 letters, digits and single hyphens)."""
    whole = f"{name_prefix}-{in_names(model)}"
    if len(whole) <= LONGEST_PROFILE:
        return whole
    mark = hashlib.sha256(model.encode()).hexdigest()[:7]
    return f"{whole[: LONGEST_PROFILE - len(mark) - 1].rstrip('-')}-{mark}"


def copied_from(partition: str, region: str, account_id: str, model: str) -> str:
    """What a profile of a model or of a system-defined inference profile is made from."""
    own = f"arn:{partition}:bedrock:{region}:{account_id if geography(model) else ''}"
    return f"{own}:{'inference-profile' if geography(model) else 'foundation-model'}/{model}"


def by_profiles(
    partition: str, region: str, profiles: Mapping[str, object], residency: str | None = None
) -> list[Statement]:
    """Call models through application profiles of the stack's own, by model, and no other way."""
    bedrock, arns = f"arn:{partition}:bedrock", list(profiles.values())
    within = regions(residency, region)
    behind = [
        arn
        for model in profiles
        for arn in (
            _models_behind(bedrock, model, within)
            if geography(model)
            else [f"{bedrock}:{region}::foundation-model/{model}"]
        )
    ]
    return [
        allow("BedrockByOwnProfiles", _INVOKE, arns),
        allow(
            "BedrockBehindOwnProfiles",
            _INVOKE,
            list(dict.fromkeys(behind)),
            {"ArnLike": {"bedrock:InferenceProfileArn": arns}},
        ),
    ]


def statements(
    partition: str, region: str, account_id: str, models: tuple[str, ...], residency: str | None = None
) -> list[Statement]:
    """Statements for these model IDs, inference profile IDs and application inference profile ARNs.

    They are for bedrock-runtime, whose OpenAI API asks for the same rights as Converse. An empty tuple allows every
    model and every profile of the account in this region. A residency limits both to where answers stay
    (aws_rules/residency.py).
    """
    bedrock = f"arn:{partition}:bedrock"
    own = f"{bedrock}:{region}:{account_id}"
    within = regions(residency, region)
    if not models:
        profiles = [f"{own}:{kind}" for kind in _every_profile(residency)]
        invoke = allow("BedrockInvoke", _INVOKE, [f"{bedrock}:{region}::foundation-model/*", *profiles])
        behind = _anywhere(bedrock, "*", within, world=residency is None)
        return [invoke, *([_through("BedrockThroughProfiles", behind, profiles)] if profiles else [])]

    application = sorted(model for model in models if is_application_profile(model))
    system = sorted(model for model in models if geography(model))
    plain = sorted(set(models) - set(application) - set(system))
    system_arns = [f"{own}:inference-profile/{model}" for model in system]
    direct = [f"{bedrock}:{region}::foundation-model/{model}" for model in plain]

    result = [allow("BedrockInvoke", _INVOKE, [*direct, *system_arns, *application])]
    if system:
        resources = [arn for model in system for arn in _models_behind(bedrock, model, within)]
        result.append(_through("BedrockThroughProfiles", list(dict.fromkeys(resources)), system_arns))
    if application:
        # An application profile's ARN does not tell its model: the condition alone limits this statement.
        resources = _anywhere(bedrock, "*", within, world=True)
        result.append(_through("BedrockThroughApplicationProfiles", resources, application))
    return result


def _through(sid: str, resources: list[str], profile_arns: list[str]) -> Statement:
    return allow(sid, _INVOKE, resources, {"ArnLike": {"bedrock:InferenceProfileArn": profile_arns}})


def _every_profile(residency: str | None) -> list[str]:
    """All inference profiles that stay within the residency; an application profile may be one of any other."""
    if residency is None:
        return ["inference-profile/*", "application-inference-profile/*"]
    return [f"inference-profile/{prefix}.*" for prefix in sorted(GEOGRAPHIES[residency])]


def _models_behind(bedrock: str, profile_id: str, within: str) -> list[str]:
    return _anywhere(bedrock, without_geography(profile_id), within, world=geography(profile_id) == "global")


def _anywhere(bedrock: str, model: str, within: str, *, world: bool) -> list[str]:
    """A foundation model in these regions; global profiles also ask for it without any region."""
    everywhere = [f"{bedrock}:{within}::foundation-model/{model}"]
    return [*everywhere, f"{bedrock}:::foundation-model/{model}"] if world else everywhere
