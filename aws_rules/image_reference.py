"""Container image references: `registry/repository:tag@digest`, as ECS pulls them."""

import re
from dataclasses import dataclass

DEFAULT_REGISTRY = "docker.io"
MOVING_TAGS = frozenset(
    {"latest", "main", "master", "trunk", "head", "dev", "develop", "development", "edge", "nightly", "canary"}
    | {"test", "staging", "stable", "prod", "production"}
)
"""Tags that point to another image tomorrow."""

_LONGEST = 1024
_COMPONENT = r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*"
_REGISTRY = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::[0-9]{1,5})?")
_REPOSITORY = re.compile(rf"{_COMPONENT}(?:/{_COMPONENT})*")
_TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}")
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_ECR = re.compile(r"[0-9]{12}\.dkr[.-]ecr(?:-fips)?\.[a-z0-9-]+\.(?:amazonaws\.com|amazonaws\.com\.cn|on\.aws)")
_EXAMPLE = {"{account}": "123456789012", "{region}": "eu-central-1"}


@dataclass(frozen=True, kw_only=True)
class ImageReference:
    """The parts of an image reference; `registry` is Docker Hub's when the text names none."""

    registry: str
    repository: str
    tag: str | None
    digest: str | None

    @property
    def moving(self) -> bool:
        """Whether the same text can mean another image tomorrow: no digest and a tag that moves.

        `1.27` or `v0.12.4` count as fixed; `latest`, `main`, `main-slim` or a bare `1` do not.
        """
        if self.digest is not None:
            return False
        tag = (self.tag or "latest").lower()
        return tag in MOVING_TAGS or tag.split("-")[0] in MOVING_TAGS or re.fullmatch(r"v?\d+", tag) is not None

    @property
    def in_ecr(self) -> bool:
        """Whether the registry is a private ECR registry, which VPC endpoints reach without the internet."""
        return _ECR.fullmatch(self.registry) is not None


def problem(text: str) -> str | None:
    """What is allowed if ECS could not pull `text` or would pull whatever is newest, else None."""
    if re.search(r"[{}]", _without_placeholders(text)):
        return "may hold only the placeholders {account} and {region}"
    image = parse(text)
    if image is None:
        return "must be an image reference such as registry/repository:tag"
    if image.tag is None and image.digest is None:
        return "must name a tag or a digest: without one, whatever is newest would run"
    return None


def parse(text: str) -> ImageReference | None:
    """The parts of `text` with example values for the placeholders, or None if it is no image reference."""
    if len(text) > _LONGEST:
        return None
    name, at, digest = _without_placeholders(text).partition("@")
    head, slash, last = name.rpartition("/")
    last, colon, tag = last.partition(":")
    first, _, rest = f"{head}{slash}{last}".partition("/")
    registry = first if rest and (re.search(r"[.:]", first) or first == "localhost") else DEFAULT_REGISTRY
    repository = f"{head}{slash}{last}" if registry == DEFAULT_REGISTRY and first != registry else rest
    valid = (
        _REGISTRY.fullmatch(registry)
        and _REPOSITORY.fullmatch(repository)
        and (not colon or _TAG.fullmatch(tag))
        and (not at or _DIGEST.fullmatch(digest))
    )
    if not valid:
        return None
    return ImageReference(registry=registry, repository=repository, tag=tag or None, digest=digest or None)


def ecr_region(text: str) -> str | None:
    """The region of the private ECR registry that a reference names; None for others, and for `{region}`."""
    image = parse(text)
    if image is None or not image.in_ecr or "{region}" in text.partition("/")[0]:
        return None
    return image.registry.removesuffix(".cn").removesuffix(".amazonaws.com").removesuffix(".on.aws").rpartition(".")[2]


def may_be_a_cache(repository: str) -> bool:
    """Whether an ECR repository is named as a pull-through cache names it: a rule's prefix, then upstream's name."""
    return repository.count("/") > 1


def filled_in(text: str, account_id: str, region: str, partition: str) -> str:
    """The reference with account and region in its placeholders; registries in China end with another domain."""
    if partition == "aws-cn":
        text = text.replace("{region}.amazonaws.com/", "{region}.amazonaws.com.cn/")
    return text.replace("{account}", account_id).replace("{region}", region)


def repository_uri(uri: str) -> str:
    """The reference without its tag and digest."""
    name = uri.partition("@")[0]
    head, slash, last = name.rpartition("/")
    return f"{head}{slash}{last.partition(':')[0]}"


def ecr_repository_arn(uri: str, partition: str) -> str | None:
    """The ARN of the private ECR repository that holds the image; None for an image from elsewhere."""
    image = parse(uri)
    if image is None or not image.in_ecr:
        return None
    host = re.match(r"([0-9]{12})\.dkr[.-]ecr(?:-fips)?\.([a-z0-9-]+)\.", image.registry)
    if host is None:
        return None
    return f"arn:{partition}:ecr:{host[2]}:{host[1]}:repository/{image.repository}"


def _without_placeholders(text: str) -> str:
    for placeholder, example in _EXAMPLE.items():
        text = text.replace(placeholder, example)
    return text
