"""The ids by which Amazon Bedrock knows models and inference profiles, and from where each may be called."""

import re

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
    "in": ("ap-south-",),
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
    if is_application_profile(model_id) or _MODEL_ID.fullmatch(model_id):
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


def is_application_profile(model_id: str) -> bool:
    """Whether it is the ARN of an application inference profile, which does not tell its model."""
    return _APPLICATION_PROFILE.fullmatch(model_id) is not None


def geography(model_id: str) -> str | None:
    """The geography of a cross-region inference profile, `eu` of `eu.amazon.nova-pro-v1:0`; else None."""
    return model_id.partition(".")[0] if _GEOGRAPHY.match(model_id) else None


def without_geography(model_id: str) -> str:
    """The model behind a cross-region inference profile: `eu.amazon.nova-pro-v1:0` is Nova Pro."""
    return _GEOGRAPHY.sub("", model_id, count=1) if _GEOGRAPHY.match(model_id) else model_id


def is_offered(region: str) -> bool:
    """Whether there is an Amazon Bedrock in the region's partition at all: China has none."""
    return not region.startswith(_WITHOUT_BEDROCK)


def geography_problem(model_id: str, region: str) -> str | None:
    """What is wrong with calling an inference profile from a region; None for one of its geography, and for models."""
    named = geography(model_id)
    elsewhere = named in _CALLED_FROM and not region.startswith(_CALLED_FROM[named])
    if elsewhere or (named == "global" and region.startswith(_NO_GLOBAL_PROFILES)):
        return f"cannot be called in {region}: {named}. is the geography of other regions"
    return None
