"""The rules that rest on the stack's region, which is the AWS provider's configuration."""

from collections.abc import Iterator

from aws_rules import arns, image_reference
from problems import Advice, Path, Problem, Set, Steps
from settings.rules.network import is_closed
from settings.rules.paths import apps
from settings.stack import StackSettings


def other_region(settings: StackSettings, region: str | None) -> Iterator[Problem]:
    """Certificates and secrets are regional: what lies elsewhere cannot be used. Unknown regions pass."""
    for path, arn in _regional_arns(settings):
        named = arns.region(arn)
        if region and named and named != region:
            rule = f"must lie in {region}, the stack's region (aws:region), not in {named}"
            yield Problem(path=path, rule=rule, fix=Advice(f"create or copy it in {region} and use that ARN"))


def images_out_of_reach(settings: StackSettings, region: str | None) -> Iterator[Problem]:
    """The interface endpoints of a closed network lead to the ECR of their own region. Unknown regions pass."""
    for path, app in apps(settings):
        image = app.image if app.image and app.build is None and is_closed(settings) else ""
        named = image_reference.ecr_region(image)
        if region and named and named != region:
            key = (*path, "image")
            rule = f"cannot be pulled from ECR in {named} while network.natGateways is none: only {region} is reached"
            here = image.replace(f".{named}.", ".{region}.", 1)
            fix = Steps((Advice(f"copy the image to ECR in {region}"), Set(key, here)))
            yield Problem(path=key, rule=rule, fix=fix, also=(("network", "natGateways"),))


def _regional_arns(settings: StackSettings) -> Iterator[tuple[Path, str]]:
    if settings.load_balancer.certificate_arn:
        yield ("loadBalancer", "certificateArn"), settings.load_balancer.certificate_arn
    if settings.gateway.api_key_secret_arn:
        yield ("gateway", "apiKeySecretArn"), settings.gateway.api_key_secret_arn
    if settings.gateway.enabled:
        yield from ((("gateway", "models", index), model) for index, model in enumerate(settings.gateway.models))
        yield ("gateway", "defaultModel"), settings.gateway.default_model
    if settings.webui.oidc:
        yield ("webui", "oidc", "clientSecretArn"), settings.webui.oidc.client_secret_arn
    if settings.file_system.kms_key_arn:
        yield ("fileSystem", "kmsKeyArn"), settings.file_system.kms_key_arn
    for path, app in apps(settings):
        for name, arn in app.secrets.items():
            yield (*path, "secrets", name), arn
