"""Rules for `webui.sso`: one provider, keys that it can serve, and somebody who administers."""

from collections.abc import Iterator

from aws_rules import arns
from problems import Path, Problem, Remove, Set, Steps, key_of
from settings.people import DefaultRole
from settings.reserved_env import SSO_KEYS
from settings.rules.parts import own_domain, remove
from settings.sign_in import Preset, SsoSettings
from settings.stack import WEBUI, StackSettings

SSO: Path = (WEBUI, "sso")
_PRESET, _URL, _TENANT = (*SSO, "preset"), (*SSO, "providerUrl"), (*SSO, "tenant")
_COGNITO = (*SSO, "cognito")
_CLIENT, _SECRET, _PKCE = (*SSO, "clientId"), (*SSO, "clientSecretArn"), (*SSO, "pkce")
_ONLY, _ADMINS, _ALLOWED = (*SSO, "only"), (*SSO, "adminRoles"), (*SSO, "allowedRoles")
_SCIM, _BACK, _MERGE = (*SSO, "scim"), (*SSO, "backChannelLogout"), (*SSO, "mergeByEmail")
_ROLES, _GROUPS = (*SSO, "claims", "roles"), (*SSO, "claims", "groups")
_ONLY_NAMES = (Preset.GOOGLE, Preset.GITHUB)
"""They tell who somebody is, and no groups or roles."""

_EXAMPLE_URL = "https://id.example.com/.well-known/openid-configuration"
_EXAMPLE_TENANT = "01234567-89ab-cdef-0123-456789abcdef"


def two_sign_ins(settings: StackSettings) -> Iterator[Problem]:
    """The short form and the long one."""
    if settings.webui.oidc is not None and settings.webui.sso is not None:
        yield remove((WEBUI, "oidc"), "is the short form of webui.sso: only one of both may be there", SSO)


def one_provider(settings: StackSettings) -> Iterator[Problem]:
    """Open WebUI is told of one provider: by its document, by its name, or the stack's own."""
    sso = settings.webui.sso
    if sso is None:
        return
    ways = {_URL: sso.provider_url, _PRESET: sso.preset, _COGNITO: sso.cognito}
    named = [path for path, value in ways.items() if value is not None]
    if not named:
        rule = "is required, or webui.sso.preset, or webui.sso.cognito: somebody has to sign people in"
        yield Problem(path=_URL, rule=rule, fix=Set(_URL, _EXAMPLE_URL), also=(_PRESET, _COGNITO))
    for path in named[1:]:
        yield remove(path, f"cannot stand beside {key_of(named[0])}: both name the provider", named[0])
    if sso.tenant is not None and sso.preset is not Preset.MICROSOFT:
        yield remove(_TENANT, "has no effect without webui.sso.preset: microsoft", _PRESET)
    if sso.tenant is None and sso.preset is Preset.MICROSOFT:
        rule = "is required with webui.sso.preset: microsoft: whose people may sign in"
        yield Problem(path=_TENANT, rule=rule, fix=Set(_TENANT, _EXAMPLE_TENANT), also=(_PRESET,))
    if sso.name is not None and sso.preset is not None:
        rule = f"has no effect with webui.sso.preset: the button names {sso.preset.label}"
        yield remove((*SSO, "name"), rule, _PRESET)


def client(settings: StackSettings) -> Iterator[Problem]:
    """Open WebUI offers no provider whose client is incomplete, and says nothing of it (0.12.4, config.py)."""
    sso = settings.webui.sso
    if sso is None or sso.cognito is not None:
        return
    if sso.client_id is None:
        rule = "is required: who Open WebUI is, with the provider"
        yield Problem(path=_CLIENT, rule=rule, fix=Set(_CLIENT, "open-webui"))
    if sso.client_secret_arn is None and (sso.preset is not None or not sso.pkce):
        why = "this provider knows no public clients" if sso.preset else "a public client needs webui.sso.pkce"
        also = _PRESET if sso.preset else _PKCE
        fix = Set(_SECRET, arns.EXAMPLE_ARN)
        yield Problem(path=_SECRET, rule=f"is required: {why}", fix=fix, also=(also,))


def roles(settings: StackSettings) -> Iterator[Problem]:
    """Roles come in a claim; Open WebUI lets in whoever has none in it, with the default role."""
    sso = settings.webui.sso
    if sso is None:
        return
    named = [path for path, roles in ((_ADMINS, sso.admin_roles), (_ALLOWED, sso.allowed_roles)) if roles]
    yield from _from_claim(sso, named, _ROLES, sso.roles_claim)
    if sso.claims.roles is not None and not named:
        rule = "has no effect without webui.sso.adminRoles or webui.sso.allowedRoles"
        yield remove(_ROLES, rule, _ADMINS, _ALLOWED)


def groups(settings: StackSettings) -> Iterator[Problem]:
    """What is said of groups needs the claim that names them."""
    sso = settings.webui.sso
    if sso is None:
        return
    said = (("createGroups", sso.create_groups), ("blockedGroups", sso.blocked_groups))
    yield from _from_claim(sso, [(*SSO, key) for key, value in said if value], _GROUPS, sso.groups_claim)
    if sso.claims.groups is not None and sso.preset in _ONLY_NAMES:
        yield remove(_GROUPS, f"has no effect with webui.sso.preset: {sso.preset.label} tells no groups", _PRESET)


def _from_claim(sso: SsoSettings, keys: list[Path], claim: Path, named: str | None) -> Iterator[Problem]:
    if sso.preset in _ONLY_NAMES:
        rule = f"has no effect with webui.sso.preset: {sso.preset.label} tells no {claim[-1]}"
        yield from (remove(key, rule, _PRESET) for key in keys)
    elif keys and named is None:
        rule = f"needs {key_of(claim)}: the claim in which the provider tells them"
        yield Problem(path=keys[0], rule=rule, fix=Set(claim, str(claim[-1])), also=(claim,))


def only_sso(settings: StackSettings) -> Iterator[Problem]:
    """Without the form no password opens the page, the first administrator's neither."""
    sso = settings.webui.sso
    if sso is None or not sso.only:
        return
    if not sso.admin_roles:
        rule = "needs webui.sso.adminRoles: without the password form nobody could sign in as an administrator"
        named = (Set((*_ADMINS, 0), "chat-admins"), *([] if sso.roles_claim else [Set(_ROLES, "roles")]))
        fix = Remove(_ONLY) if sso.preset in _ONLY_NAMES else (Steps(named), Remove(_ONLY))
        yield Problem(path=_ONLY, rule=rule, fix=fix, also=(_ADMINS,))
    if settings.webui.signup:
        signup = (WEBUI, "signup")
        yield remove(signup, "has no effect with webui.sso.only: Open WebUI then opens no account by password", _ONLY)


def sign_in_over_http(settings: StackSettings) -> Iterator[Problem]:
    """What the others do is a second look (warnings): a provider of one's own may allow it."""
    sso = settings.webui.sso
    if sso is not None and sso.preset in (Preset.GOOGLE, Preset.MICROSOFT) and not settings.https:
        rule = f"needs HTTPS: {sso.preset.label} sends people back to https:// addresses only"
        also = (("loadBalancer", "domain"), ("loadBalancer", "certificateArn"), (WEBUI, "url"))
        yield Problem(path=_PRESET, rule=rule, fix=own_domain(settings), also=also)


def provisioning(settings: StackSettings) -> Iterator[Problem]:
    """Open WebUI knows a user whom SCIM has made by the e-mail address alone (0.12.4, scim.py and oauth.py)."""
    sso = settings.webui.sso
    if sso is None or not sso.scim:
        return
    if sso.cognito is not None or sso.preset in _ONLY_NAMES:
        yield remove(_SCIM, "has no effect: this provider makes no users elsewhere by SCIM", _COGNITO, _PRESET)
    elif not sso.merge_by_email:
        rule = "needs webui.sso.mergeByEmail: whom the provider has made here could not sign in with it"
        yield Problem(path=_SCIM, rule=rule, fix=Set(_MERGE, True), also=(_MERGE,))


def back_channel(settings: StackSettings) -> Iterator[Problem]:
    """Tasks learn from the cache whose sign-in has ended; of the providers by name none calls."""
    sso = settings.webui.sso
    if sso is None or not sso.back_channel_logout:
        return
    if sso.provider_url is None:
        yield remove(_BACK, "has no effect: this provider ends sign-ins at itself only", _COGNITO, _PRESET)
    elif not settings.database.enabled:
        database: Path = ("database", "enabled")
        rule = "needs the cache, which comes with database.enabled: without it a sign-in stays as it is"
        yield Problem(path=_BACK, rule=rule, fix=Remove(_BACK), also=(database,))


def token_of_scim(settings: StackSettings) -> Iterator[Problem]:
    """Without a token Open WebUI refuses all that the provider asks."""
    app = settings.webui
    named = app.env.keys() | app.secrets.keys()
    for name in sorted(named & {"ENABLE_SCIM", "SCIM_ENABLED"}) if app.sso is None else ():
        if "SCIM_TOKEN" not in named:
            token = (WEBUI, "secrets", "SCIM_TOKEN")
            rule = f"needs {key_of(token)}; webui.sso.scim makes one itself"
            place = "env" if name in app.env else "secrets"
            yield Problem(path=(WEBUI, place, name), rule=rule, fix=Set(token, arns.EXAMPLE_ARN), also=(token,))


def roles_by_default(settings: StackSettings) -> Iterator[Problem]:
    """Open WebUI gives the default role to whoever has no role in the claim, without asking `allowedRoles`."""
    app = settings.webui
    if app.sso is None or app.default_role is not DefaultRole.USER:
        return
    role = (WEBUI, "defaultRole")
    if app.sso.allowed_roles:
        rule = "cannot be user beside webui.sso.allowedRoles: it lets in whoever has no role at all"
        yield Problem(path=role, rule=rule, fix=Set(role, "pending"), also=(_ALLOWED,))
    if app.sso.preset in _ONLY_NAMES and app.sso.signup and not app.sso.allowed_domains:
        rule = f"cannot be user with webui.sso.preset: everybody at {app.sso.preset.label} would be let in"
        yield Problem(path=role, rule=rule, fix=Set(role, "pending"), also=(_PRESET, (*SSO, "allowedDomains")))


def variables_of_sso(settings: StackSettings) -> Iterator[Problem]:
    """A variable beside the key that sets it would win, and the key would say what does not hold."""
    app = settings.webui
    for place, given in (("env", app.env), ("secrets", app.secrets)):
        for name in sorted(given.keys() & SSO_KEYS.keys()) if app.sso is not None else ():
            key = key_of((*SSO, *SSO_KEYS[name].split(".")))
            yield remove((WEBUI, place, name), f"is set by this program for webui.sso: {key} is the key for it", SSO)
