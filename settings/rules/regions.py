"""The rules that rest on the stack's region, which is the AWS provider's configuration."""

from collections.abc import Iterator

from aws_rules import arns, image_reference
from problems import Advice, Path, Problem, Set, Steps
from settings.rules.parts import advise, apps, images
from settings.stack import StackSettings


def other_region(settings: StackSettings, region: str) -> Iterator[Problem]:
    """Certificates and secrets are regional: what lies elsewhere cannot be used."""
    for path, arn in _regional_arns(settings):
        named = arns.region(arn)
        if named and named != region:
            rule = f"must lie in {region}, the stack's region (aws:region), not in {named}"
            yield advise(path, rule, f"create or copy it in {region} and use that ARN")


def images_out_of_reach(settings: StackSettings, region: str) -> Iterator[Problem]:
    """The interface endpoints of a closed network lead to the ECR of their own region."""
    for path, text, _ in images(settings) if settings.network.closed else ():
        named = image_reference.ecr_region(text)
        if named and named != region:
            rule = f"cannot be pulled from ECR in {named} while network.natGateways is none: only {region} is reached"
            copy = text.replace(f".{named}.", ".{region}.", 1)
            fix = Steps((Advice(f"copy the image to ECR in {region}"), Set(path, copy)))
            yield Problem(path=path, rule=rule, fix=fix, also=(("network", "natGateways"),))


def _regional_arns(settings: StackSettings) -> Iterator[tuple[Path, str]]:
    gateway = settings.gateway
    if settings.load_balancer.certificate_arn:
        yield ("loadBalancer", "certificateArn"), settings.load_balancer.certificate_arn
    if gateway.api_key_secret_arn:
        yield ("gateway", "apiKeySecretArn"), gateway.api_key_secret_arn
    if gateway.enabled:
        yield from ((("gateway", "models", index), model) for index, model in enumerate(gateway.models))
        yield ("gateway", "defaultModel"), gateway.default_model
    if settings.webui.oidc:
        yield ("webui", "oidc", "clientSecretArn"), settings.webui.oidc.client_secret_arn
    if settings.file_system.kms_key_arn:
        yield ("fileSystem", "kmsKeyArn"), settings.file_system.kms_key_arn
    for path, app in apps(settings):
        for name, arn in app.secrets.items():
            yield (*path, "secrets", name), arn
