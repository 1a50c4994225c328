"""The rules that rest on the stack's region, which is the AWS provider's configuration."""

from collections.abc import Iterator

from aws_rules import arns, image_reference, model_ids, residency
from aws_rules import models as catalog
from problems import Advice, Fix, Path, Problem, Set, Steps
from settings.network import CreatedNetwork
from settings.rules.parts import advise, apps, images, named_models, set_to
from settings.stack import StackSettings

_ENDPOINTS: Path = ("network", "endpoints")


def other_region(settings: StackSettings, region: str) -> Iterator[Problem]:
    """Certificates, secrets, keys and topics are regional: what lies elsewhere cannot be used."""
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


def no_bedrock(settings: StackSettings, region: str) -> Iterator[Problem]:
    """The gateway calls Amazon Bedrock in the stack's own region, and the endpoints of a VPC lead to it."""
    if settings.gateway.enabled and not model_ids.is_offered(region):
        rule = f"must be false in {region}: Amazon Bedrock is not in China; name other models in webui.env"
        yield set_to(("gateway", "enabled"), False, rule)
    network = settings.network
    if isinstance(network, CreatedNetwork) and network.endpoints and not model_ids.is_offered(region):
        rule = f"must be false in {region}: the endpoints of Amazon Bedrock are not in China"
        fix: Fix = Set(_ENDPOINTS, False)
        if network.closed:
            fix = Steps((fix, Set(("network", "natGateways"), "single")))
        yield Problem(path=_ENDPOINTS, rule=rule, fix=fix, also=(("network", "natGateways"),))


def other_geography(settings: StackSettings, region: str) -> Iterator[Problem]:
    """An inference profile is called in the regions of its geography only."""
    for path, model in named_models(settings) if model_ids.is_offered(region) else ():
        if rule := model_ids.geography_problem(model, region):
            advice = f"name one of those listed by: aws bedrock list-inference-profiles --region {region}"
            yield advise(path, rule, advice)


def other_residency(settings: StackSettings, region: str) -> Iterator[Problem]:
    """A model's own id is answered in the region that is called."""
    kept = settings.gateway.residency
    if settings.gateway.enabled and kept and (rule := residency.region_problem(kept, region)):
        yield advise(("gateway", "residency"), rule, "deploy the stack to a region of that geography")


def models_offered_elsewhere(settings: StackSettings, region: str) -> Iterator[Problem]:
    """A second look, since AWS adds regions: by its own id a model is called in few of them."""
    for path, model_id in named_models(settings):
        model = catalog.find(model_id)
        if model is None or model.regions is None or model_ids.geography(model_id) or region in model.regions:
            continue
        rule = f"is not offered in {region} by its own id, as of {catalog.RENEWED}"
        ways = [f"{prefix}.{model_id}" for prefix in sorted(model.geographies)]
        open_ways = [way for way in ways if not model_ids.geography_problem(way, region)]
        kept = settings.gateway.residency
        allowed = [way for way in open_ways if not kept or not residency.leaves(way, kept)]
        if allowed:
            yield set_to(path, allowed[0], rule)
        else:
            yield advise(path, rule, f"look it up: aws bedrock list-foundation-models --region {region}")


def doubts(settings: StackSettings, region: str) -> Iterator[Problem]:
    """What deserves a second look in this region."""
    if model_ids.is_offered(region):
        yield from models_offered_elsewhere(settings, region)


def verdicts(settings: StackSettings, region: str) -> Iterator[Problem]:
    """All of these rules."""
    for rule in (other_region, images_out_of_reach, no_bedrock, other_geography, other_residency):
        yield from rule(settings, region)


def _regional_arns(settings: StackSettings) -> Iterator[tuple[Path, str]]:
    gateway = settings.gateway
    single: dict[Path, str | None] = {
        ("kmsKeyArn",): settings.kms_key_arn,
        ("loadBalancer", "certificateArn"): settings.load_balancer.certificate_arn,
        ("loadBalancer", "listenerArn"): settings.load_balancer.listener_arn,
        ("alarms", "topicArn"): settings.alarms.topic_arn,
        ("fileSystem", "kmsKeyArn"): settings.file_system.kms_key_arn,
    }
    yield from ((path, arn) for path, arn in single.items() if arn)
    if gateway.api_key_secret_arn:
        yield ("gateway", "apiKeySecretArn"), gateway.api_key_secret_arn
    yield from named_models(settings)
    if settings.webui.oidc:
        yield ("webui", "oidc", "clientSecretArn"), settings.webui.oidc.client_secret_arn
    for name, provider in settings.providers.items():
        yield ("providers", name, "keySecretArn"), provider.key_secret_arn
    for path, app in apps(settings):
        for name, arn in app.secrets.items():
            yield (*path, "secrets", name), arn
