"""Rules for the user pool of `webui.sso.cognito`."""

from collections.abc import Iterator

from aws_rules.cognito import domain_prefix_problem
from problems import Fix, Path, Problem, Remove, Set, Steps
from settings.rules.parts import own_domain, remove
from settings.rules.sign_in import SSO
from settings.sign_in import CognitoSettings
from settings.stack import WEBUI, StackSettings

_COGNITO: Path = (*SSO, "cognito")
_PREFIX, _GROUPS, _SELF_SIGNUP = (*_COGNITO, "domainPrefix"), (*_COGNITO, "groups"), (*_COGNITO, "selfSignup")
_DOMAINS: Path = (*SSO, "allowedDomains")


def what_the_pool_decides(settings: StackSettings) -> Iterator[Problem]:
    """The stack makes the client, and knows where people sign out."""
    sso = settings.webui.sso
    if sso is None or sso.cognito is None:
        return
    said = {
        "clientId": sso.client_id,
        "clientSecretArn": sso.client_secret_arn,
        "endSessionUrl": sso.end_session_url,
        "scopes": sso.scopes,
        "signedOutUrl": sso.signed_out_url,
    }
    for key in (key for key, value in said.items() if value):
        yield remove((*SSO, key), "has no effect with webui.sso.cognito: the stack makes the client", _COGNITO)


def pool_over_http(settings: StackSettings) -> Iterator[Problem]:
    """Cognito sends people back to https:// addresses, and to localhost (cognito-idp CreateUserPoolClient)."""
    if settings.webui.user_pool is not None and not settings.https:
        rule = "needs HTTPS: Amazon Cognito sends people back to https:// addresses only"
        also: tuple[Path, ...] = (("loadBalancer", "domain"), ("loadBalancer", "certificateArn"), (WEBUI, "url"))
        yield Problem(path=_COGNITO, rule=rule, fix=own_domain(settings), also=also)


def address_of_the_pages(settings: StackSettings) -> Iterator[Problem]:
    """By default the prefix of all names begins it, in which AWS allows more."""
    pool = settings.webui.user_pool
    if pool is not None and pool.domain_prefix is None and (rule := domain_prefix_problem(settings.name_prefix)):
        rule = f"is required with this namePrefix, which {rule}"
        yield Problem(path=_PREFIX, rule=rule, fix=_set(pool, _PREFIX, "example-chat"), also=(("namePrefix",),))


def roles_are_groups(settings: StackSettings) -> Iterator[Problem]:
    """A role that no group of the pool has is nobody's."""
    sso = settings.webui.sso
    if sso is None or sso.cognito is None or sso.claims.roles is not None:
        return
    missing = [role for role in dict.fromkeys((*sso.admin_roles, *sso.allowed_roles)) if role not in sso.cognito.groups]
    for number, role in enumerate(missing):
        key = "adminRoles" if role in sso.admin_roles else "allowedRoles"
        index = (sso.admin_roles if role in sso.admin_roles else sso.allowed_roles).index(role)
        rule = "must be one of webui.sso.cognito.groups: the groups of the pool are its roles"
        group: Path = (*_GROUPS, len(sso.cognito.groups) + number)
        fix = Set(group, role) if number else _set(sso.cognito, group, role)
        yield Problem(path=(*SSO, key, index), rule=rule, fix=fix, also=(_GROUPS,))


def anybody_signs_up(settings: StackSettings) -> Iterator[Problem]:
    """The pool takes any address; Open WebUI lets in those of its domains."""
    sso = settings.webui.sso
    if sso is not None and sso.cognito is not None and sso.cognito.self_signup and not sso.allowed_domains:
        rule = "needs webui.sso.allowedDomains: everybody on the internet could make an account"
        yield Problem(path=_SELF_SIGNUP, rule=rule, fix=Set((*_DOMAINS, 0), "example.com"), also=(_DOMAINS,))


def _set(pool: CognitoSettings, path: Path, value: str) -> Fix:
    """The command that sets a key of the pool, also where only `true` stands for it."""
    written = Set(path, value)
    return written if pool.model_fields_set else Steps((Remove(_COGNITO), written))
