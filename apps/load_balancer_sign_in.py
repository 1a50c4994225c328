"""How Open WebUI 0.12.4 learns whom the load balancer has signed in (`loadBalancer.authenticate`)."""

from urllib.parse import quote

import pulumi

from apps.shared import SharedParts
from aws_rules import arns, cognito, load_balancers
from components.load_balancer import SharedLoadBalancer
from containers.webui_front import EMAIL, NAME
from settings import StackSettings
from settings.authenticate import AuthenticateSettings


def programs(settings: StackSettings) -> list[str]:
    """What stands before Open WebUI in its container: it believes the load balancer's signature and no header."""
    return ["webui_front"] if settings.load_balancer.authenticate else []


def variables(settings: StackSettings, shared: SharedParts) -> dict[str, pulumi.Input[str]]:
    """Which header names a person, and whose signature is needed for it."""
    chosen, balancer = settings.load_balancer.authenticate, shared.load_balancer
    if chosen is None or not isinstance(balancer, SharedLoadBalancer):
        return {}
    location = shared.facts.location
    return {
        "WEBUI_AUTH_TRUSTED_EMAIL_HEADER": EMAIL.decode(),
        "WEBUI_AUTH_TRUSTED_NAME_HEADER": NAME.decode(),
        "ALB_SIGNER": balancer.arn,
        "ALB_CLIENT": chosen.client_id,
        "ALB_KEYS_URL": load_balancers.keys_url(location.partition, location.region),
        **_signing_out(chosen, shared),
    }


def _signing_out(chosen: AuthenticateSettings, shared: SharedParts) -> dict[str, pulumi.Input[str]]:
    """Where it leads: the load balancer's session ends by itself, the provider's does not."""
    name = "WEBUI_AUTH_SIGNOUT_REDIRECT_URL"
    if chosen.oidc:
        return {name: chosen.oidc.end_session_url} if chosen.oidc.end_session_url else {}
    if chosen.cognito is None:
        return {}
    pool = chosen.cognito
    page = f"{cognito.pages(pool.domain, str(arns.region(pool.user_pool_arn)))}/logout?client_id={pool.client_id}"
    return {name: shared.url.apply(lambda url: f"{page}&logout_uri={quote(url, safe='')}")}
