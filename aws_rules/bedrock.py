"""IAM statements that let the gateway's task role use Amazon Bedrock, limited to the models of the stack.

Bedrock user guide, "Prerequisites for inference profiles": a caller of an inference profile also needs the
foundation model in every region the profile routes to; bedrock:InferenceProfileArn ties that to the profile.
"""

import re

from aws_rules.iam import Statement, allow

_INVOKE = ["bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"]
_LIST = ["bedrock:ListFoundationModels", "bedrock:ListInferenceProfiles"]

# The ID of a system-defined inference profile is a geography (us., eu., jp., au., apac., us-gov., global.)
# before the model's ID. No model provider has a two-letter name.
_GEOGRAPHY = re.compile(r"(?:[a-z]{2}|apac|global|us-gov)\.")
# Amazon Bedrock user guide, "Supported Regions and models for inference profiles": where each geography may be called.
# Of those that AWS extends now and then the whole neighbourhood counts: what is refused here is surely none of it.
_CALLED_FROM = {
    "us": ("us-east-", "us-west-", "ca-", "mx-", "sa-"),
    "eu": ("eu-", "il-", "me-", "af-"),
    "apac": ("ap-", "me-", "il-"),
    "jp": ("ap-northeast-",),
    "au": ("ap-southeast-",),
    "ca": ("ca-",),
    "us-gov": ("us-gov-",),
}
_NO_GLOBAL_PROFILES = ("us-gov-", "us-iso", "cn-")
_WITHOUT_BEDROCK = ("cn-",)

_MODEL_ID = re.compile(rf"(?:{_GEOGRAPHY.pattern})?[a-z0-9-]{{3,63}}\.[a-z0-9][a-z0-9.-]*(:[a-z0-9-]+){{0,2}}")
_APPLICATION_PROFILE = re.compile(
    r"arn:aws[a-z-]*:bedrock:[a-z0-9-]+:[0-9]{12}:application-inference-profile/[a-z0-9]+"
)

_ARN_KIND = re.compile(r"arn:aws[a-z-]*:bedrock:[a-z0-9-]*:[0-9]*:([a-z-]+)/")


def model_id_problem(model_id: str) -> str | None:
    """What is wrong with an entry of the model list; None when it is good."""
    if _APPLICATION_PROFILE.fullmatch(model_id) or _MODEL_ID.fullmatch(model_id):
        return None
    if "*" in model_id:
        return 'must name one model: "*" is allowed only in place of the whole list'
    if model_id.startswith("arn:"):
        return "must be the ID, not the ARN (only application inference profiles go by ARN)"
    return (
        "must be a model ID (amazon.nova-pro-v1:0), an inference profile ID (us.amazon.nova-pro-v1:0) "
        "or the ARN of an application inference profile"
    )


def meant_model_id(text: str) -> str | None:
    """The ID that a text stands for which `model_id_problem` refused: the end of an ARN, or the same in lower case."""
    meant = text.strip().removesuffix("/").rpartition("/")[2].lower()
    kind = _ARN_KIND.match(text)
    named = kind is None or kind[1] in {"foundation-model", "inference-profile"}
    return meant if named and model_id_problem(meant) is None else None


def without_geography(model_id: str) -> str:
    """The model behind a cross-region inference profile: `eu.amazon.nova-pro-v1:0` is Nova Pro."""
    return _GEOGRAPHY.sub("", model_id, count=1) if _GEOGRAPHY.match(model_id) else model_id


def is_offered(region: str) -> bool:
    """Whether there is an Amazon Bedrock in the region's partition at all: China has none."""
    return not region.startswith(_WITHOUT_BEDROCK)


def geography_problem(model_id: str, region: str) -> str | None:
    """What is wrong with calling an inference profile from a region; None for one of its geography, and for models."""
    geography = model_id.partition(".")[0] if _GEOGRAPHY.match(model_id) else ""
    elsewhere = geography in _CALLED_FROM and not region.startswith(_CALLED_FROM[geography])
    if elsewhere or (geography == "global" and region.startswith(_NO_GLOBAL_PROFILES)):
        return f"cannot be called in {region}: {geography}. is the geography of other regions"
    return None


def statements(partition: str, region: str, account_id: str, models: tuple[str, ...]) -> list[Statement]:
    """Statements for these model IDs, inference profile IDs and application inference profile ARNs.

    An empty tuple allows every model and every profile of the account in this region.
    """
    bedrock = f"arn:{partition}:bedrock"
    own = f"{bedrock}:{region}:{account_id}"
    if not models:
        profiles = [f"{own}:inference-profile/*", f"{own}:application-inference-profile/*"]
        return [
            _list_models(),
            allow("BedrockInvoke", _INVOKE, [f"{bedrock}:{region}::foundation-model/*", *profiles]),
            _through("BedrockThroughProfiles", _anywhere(bedrock, "*", world=True), profiles),
        ]

    application = sorted(model for model in models if model.startswith("arn:"))
    system = sorted(model for model in models if _GEOGRAPHY.match(model))
    plain = sorted(set(models) - set(application) - set(system))
    system_arns = [f"{own}:inference-profile/{model}" for model in system]
    direct = [f"{bedrock}:{region}::foundation-model/{model}" for model in plain]

    result = [_list_models(), allow("BedrockInvoke", _INVOKE, [*direct, *system_arns, *application])]
    if system:
        resources = [arn for model in system for arn in _models_behind(bedrock, model)]
        result.append(_through("BedrockThroughProfiles", list(dict.fromkeys(resources)), system_arns))
    if application:
        # An application profile's ARN does not tell its model: the condition alone limits this statement.
        resources = _anywhere(bedrock, "*", world=True)
        result.append(_through("BedrockThroughApplicationProfiles", resources, application))
    return result


def _list_models() -> Statement:
    return allow("BedrockList", _LIST, ["*"])


def _through(sid: str, resources: list[str], profile_arns: list[str]) -> Statement:
    return allow(sid, _INVOKE, resources, {"ArnLike": {"bedrock:InferenceProfileArn": profile_arns}})


def _models_behind(bedrock: str, profile_id: str) -> list[str]:
    geography, model = profile_id.split(".", 1)
    return _anywhere(bedrock, model, world=geography == "global")


def _anywhere(bedrock: str, model: str, *, world: bool) -> list[str]:
    """A foundation model in every region; global profiles also ask for it without any region."""
    everywhere = [f"{bedrock}:*::foundation-model/{model}"]
    return [*everywhere, f"{bedrock}:::foundation-model/{model}"] if world else everywhere
