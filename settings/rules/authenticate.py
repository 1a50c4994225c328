"""Rules for people whom the load balancer signs in."""

from collections.abc import Iterator

from problems import Path, Problem, Set
from settings.network import CreatedNetwork, NatGateways
from settings.rules.parts import advise, own_domain, remove
from settings.stack import WEBUI, StackSettings

AUTHENTICATE: Path = ("loadBalancer", "authenticate")
_NAT: Path = ("network", "natGateways")


def one_provider(settings: StackSettings) -> Iterator[Problem]:
    """A rule has one action that signs people in."""
    chosen = settings.load_balancer.authenticate
    if chosen and chosen.cognito is None and chosen.oidc is None:
        rule = "must have cognito or oidc: who signs people in"
        yield advise(AUTHENTICATE, rule, "name a user pool in cognito, or another provider in oidc")
    if chosen and chosen.cognito and chosen.oidc:
        rule = "cannot stand beside loadBalancer.authenticate.cognito: a rule has one action that signs people in"
        yield remove((*AUTHENTICATE, "oidc"), rule, (*AUTHENTICATE, "cognito"))


def needs_https(settings: StackSettings) -> Iterator[Problem]:
    """An authenticate action stands on an HTTPS listener only (elbv2: Action)."""
    if settings.load_balancer.authenticate and not settings.load_balancer.https:
        rule = "needs HTTPS: a load balancer signs people in on an HTTPS listener only"
        also = (("loadBalancer", "domain"), ("loadBalancer", "certificateArn"))
        yield Problem(path=AUTHENTICATE, rule=rule, fix=own_domain(settings), also=also)


def one_sign_in(settings: StackSettings) -> Iterator[Problem]:
    """Open WebUI asks a provider itself, or believes the load balancer; with the header it takes no other sign-in."""
    if not settings.load_balancer.authenticate:
        return
    app = settings.webui
    for key, given in (("ldap", app.ldap), ("oidc", app.oidc), ("sso", app.sso)):
        if given is not None:
            rule = "cannot stand beside loadBalancer.authenticate: people are then signed in already"
            yield remove((WEBUI, key), rule, AUTHENTICATE)
    if app.signup:
        rule = "has no effect with loadBalancer.authenticate: who is signed in gets an account at once"
        yield remove((WEBUI, "signup"), rule, AUTHENTICATE)


def needs_the_internet(settings: StackSettings) -> Iterator[Problem]:
    """The load balancer asks the provider, and tasks fetch the keys by which they check what it signs."""
    network = settings.network
    if not settings.load_balancer.authenticate or not isinstance(network, CreatedNetwork):
        return
    if network.nat_gateways is NatGateways.NONE:
        rule = "cannot be none with loadBalancer.authenticate: Cognito and the keys of Elastic Load Balancing have no "
        rule += "endpoint in a VPC"
        yield Problem(path=_NAT, rule=rule, fix=Set(_NAT, "single"), also=(AUTHENTICATE,))


def keys_that_nobody_has(settings: StackSettings) -> Iterator[Problem]:
    """Open WebUI knows no API keys unless people may make them."""
    authenticate = settings.load_balancer.authenticate
    if authenticate and authenticate.api_keys and not settings.webui.permissions.api_keys:
        rule = "has no effect without webui.permissions.apiKeys: Open WebUI then knows no keys"
        yield remove((*AUTHENTICATE, "apiKeys"), rule, (WEBUI, "permissions", "apiKeys"))
