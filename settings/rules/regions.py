"""The rules that rest on the stack's region, which is the AWS provider's configuration."""

from collections.abc import Iterator

from aws_rules import arns, budgets, image_reference, model_ids, regions, residency
from aws_rules import models as catalog
from problems import Advice, Fix, Path, Problem, Set, Steps
from settings.gateway import GatewaySettings, ModelSettings
from settings.network import CreatedNetwork
from settings.rules.parts import advise, images, named_models, remove, set_to, settings_of_models, variables
from settings.stack import StackSettings

_ENDPOINTS: Path = ("network", "endpoints")
_REGION_KEYS: tuple[Path, ...] = (("gateway", "region"),)


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


def no_budgets(settings: StackSettings, region: str) -> Iterator[Problem]:
    """Some partitions are billed in another one."""
    if settings.budget and not budgets.is_offered(region):
        rule = f"cannot be kept in {region}: AWS Budgets is not in its partition, whose costs another account shows"
        yield remove(("budget",), rule)


def no_cognito(settings: StackSettings, region: str) -> Iterator[Problem]:
    """Elsewhere the sign-in pages of a user pool have other addresses, or there are none."""
    if settings.webui.user_pool is not None and regions.partition(region) not in (None, "aws"):
        rule = f"cannot be made in {region}: bring a provider of your own by webui.sso.providerUrl"
        yield remove(("webui", "sso", "cognito"), rule)


def other_geography(settings: StackSettings, region: str) -> Iterator[Problem]:
    """An inference profile is called in the regions of its geography only."""
    for path, model in named_models(settings) if model_ids.is_offered(region) else ():
        named, called_in = arns.region(model), settings.gateway.region_of(model, region)
        if rule := model_ids.geography_problem(model, called_in):
            advice = f"name one of those listed by: aws bedrock list-inference-profiles --region {called_in}"
            yield advise(path, rule, advice, *_REGION_KEYS)
        elif named and named != called_in:
            which = "where it is called" if called_in != region else "the stack's region (aws:region)"
            rule = f"must lie in {called_in}, {which}, not in {named}"
            yield advise(path, rule, f"create it in {called_in} and use that ARN", *_REGION_KEYS)


def no_mantle(settings: StackSettings, region: str) -> Iterator[Problem]:
    """Some regions have Bedrock and not its endpoint `bedrock-mantle`."""
    for index, model in enumerate(settings.gateway.models if settings.gateway.enabled else ()):
        called_in = settings.gateway.region_of(model, region)
        if settings.gateway.apis.get(model) is catalog.Api.OPENAI_MANTLE and not catalog.has_mantle(called_in):
            rule = f"cannot be called in {called_in}: Bedrock serves it at bedrock-mantle, which is not there"
            yield advise(("gateway", "models", index), rule, "take it out, or name another region", *_REGION_KEYS)


def bedrock_in_another_partition(settings: StackSettings, region: str) -> Iterator[Problem]:
    """Neither roles nor requests go from one partition of AWS to another."""
    own = regions.partition(region)
    if not settings.gateway.enabled or own is None:
        return
    places: list[tuple[Path, GatewaySettings | ModelSettings]] = [(("gateway",), settings.gateway)]
    for path, place in [*places, *settings_of_models(settings)]:
        if place.region and regions.partition(place.region) != own:
            rule = f"must be a region of the partition {own}, as {region} is, the stack's region (aws:region)"
            yield remove((*path, "region"), rule)
        if place.assume_role and place.assume_role.split(":")[1] != own:
            rule = f"must be a role of the partition {own}, to which {region} belongs, the stack's region (aws:region)"
            yield remove((*path, "assumeRole"), rule)


def other_residency(settings: StackSettings, region: str) -> Iterator[Problem]:
    """A model's own id is answered in the region that is called."""
    kept = settings.gateway.residency
    if not settings.gateway.enabled or kept is None:
        return
    if rule := residency.region_problem(kept, settings.gateway.region or region):
        advice = "deploy the stack to a region of that geography, or name one as gateway.region"
        yield advise(("gateway", "residency"), rule, advice)
    for path, model in settings_of_models(settings):
        if model.region and residency.region_problem(kept, model.region):
            yield remove((*path, "region"), f"leaves {kept} (gateway.residency)", ("gateway", "residency"))


def models_offered_elsewhere(settings: StackSettings, region: str) -> Iterator[Problem]:
    """A second look, since AWS adds regions: by its own id a model is called in few of them."""
    for path, model_id in named_models(settings):
        model, called_in = catalog.find(model_id), settings.gateway.region_of(model_id, region)
        if model is None or model.regions is None or model_ids.geography(model_id) or called_in in model.regions:
            continue
        rule = f"is not offered in {called_in} by its own id, as of {catalog.RENEWED}"
        ways = [f"{prefix}.{model_id}" for prefix in sorted(model.geographies)]
        open_ways = [way for way in ways if not model_ids.geography_problem(way, called_in)]
        kept = settings.gateway.residency
        allowed = [way for way in open_ways if not kept or not residency.leaves(way, kept)]
        if allowed:
            yield set_to(path, allowed[0], rule)
        else:
            yield advise(path, rule, f"look it up: aws bedrock list-foundation-models --region {called_in}")


def copies_of_backups(settings: StackSettings, region: str) -> Iterator[Problem]:
    """AWS Backup copies within a partition, and a copy in the same region would not outlive it."""
    copied = settings.backup.copy_to if settings.backup else None
    if copied and (copied == region or regions.partition(copied) != regions.partition(region)):
        rule = f"must be another region of the partition that {region} belongs to, the stack's region (aws:region)"
        yield remove(("backup", "copyTo"), rule)


def doubts(settings: StackSettings, region: str) -> Iterator[Problem]:
    """What deserves a second look in this region."""
    if model_ids.is_offered(region):
        yield from models_offered_elsewhere(settings, region)


def verdicts(settings: StackSettings, region: str) -> Iterator[Problem]:
    """All of these rules."""
    for rule in (
        other_region,
        images_out_of_reach,
        no_bedrock,
        no_budgets,
        other_geography,
        other_residency,
        no_mantle,
        bedrock_in_another_partition,
        copies_of_backups,
    ):
        yield from rule(settings, region)


def _regional_arns(settings: StackSettings) -> Iterator[tuple[Path, str]]:
    gateway, bucket = settings.gateway, settings.webui.bucket
    single: dict[Path, str | None] = {
        ("kmsKeyArn",): settings.kms_key_arn,
        ("loadBalancer", "certificateArn"): settings.load_balancer.certificate_arn,
        ("loadBalancer", "listenerArn"): settings.load_balancer.listener_arn,
        ("alarms", "topicArn"): settings.alarms.topic_arn,
        ("fileSystem", "kmsKeyArn"): settings.file_system.kms_key_arn,
        ("database", "urlSecretArn"): settings.database.url_secret_arn,
        ("cache", "urlSecretArn"): settings.cache.url_secret_arn,
        ("rootCertificates",): settings.root_certificates,
        ("webui", "bucket", "kmsKeyArn"): bucket.kms_key_arn if bucket else None,
    }
    yield from ((path, arn) for path, arn in single.items() if arn)
    if gateway.api_key_secret_arn:
        yield ("gateway", "apiKeySecretArn"), gateway.api_key_secret_arn
    for key, sign_in in (("oidc", settings.webui.oidc), ("sso", settings.webui.sso)):
        if sign_in is not None and sign_in.client_secret_arn is not None:
            yield ("webui", key, "clientSecretArn"), sign_in.client_secret_arn
    authenticate = settings.load_balancer.authenticate
    if authenticate is not None and authenticate.oidc is not None:
        yield ("loadBalancer", "authenticate", "oidc", "clientSecretArn"), authenticate.oidc.client_secret_arn
    if settings.webui.ldap is not None and settings.webui.ldap.bind_secret_arn is not None:
        yield ("webui", "ldap", "bindSecretArn"), settings.webui.ldap.bind_secret_arn
    for name, provider in settings.providers.items():
        yield ("providers", name, "keySecretArn"), provider.key_secret_arn
    for path, app in variables(settings):
        for name, arn in app.secrets.items():
            yield (*path, "secrets", name), arn
