"""Rules for `webui.ldap`, `webui.permissions` and `webui.defaultRole`."""

from collections.abc import Iterator

from aws_rules import arns
from problems import Path, Problem, Remove, Set, key_of
from settings.people import LDAPS_PORT
from settings.reserved_env import LDAP_KEYS, PEOPLE_KEYS
from settings.rules.parts import remove
from settings.stack import WEBUI, StackSettings

_LDAP: Path = (WEBUI, "ldap")
_BIND, _SECRET = (*_LDAP, "bindDn"), (*_LDAP, "bindSecretArn")
_PORT, _TLS = (*_LDAP, "port"), (*_LDAP, "tls")
_GROUPS: Path = (*_LDAP, "groupsAttribute")
_PLAIN_PORT = 389


def account_of_the_search(settings: StackSettings) -> Iterator[Problem]:
    """A name without its password is no account, and a password without a name nobody's."""
    ldap = settings.webui.ldap
    if ldap is None:
        return
    if ldap.bind_dn is not None and ldap.bind_secret_arn is None:
        rule = "is required with webui.ldap.bindDn: the password of that account"
        yield Problem(path=_SECRET, rule=rule, fix=Set(_SECRET, arns.EXAMPLE_ARN), also=(_BIND,))
    if ldap.bind_secret_arn is not None and ldap.bind_dn is None:
        yield remove(_SECRET, "has no effect without webui.ldap.bindDn: whose password it is", _BIND)
    if ldap.create_groups and ldap.groups_attribute is None:
        rule = f"needs {key_of(_GROUPS)}: the attribute in which the directory tells them"
        path = (*_LDAP, "createGroups")
        yield Problem(path=path, rule=rule, fix=Set(_GROUPS, "memberOf"), also=(_GROUPS,))


def way_to_the_directory(settings: StackSettings) -> Iterator[Problem]:
    """Open WebUI does not ask for TLS on a connection that is open (StartTLS), and passwords cross it."""
    ldap = settings.webui.ldap
    if ldap is None:
        return
    if ldap.tls and ldap.port == _PLAIN_PORT:
        rule = f"cannot be {_PLAIN_PORT} with webui.ldap.tls: Open WebUI speaks TLS from the first byte, no StartTLS"
        yield Problem(path=_PORT, rule=rule, fix=Set(_PORT, LDAPS_PORT), also=(_TLS,))
    if not ldap.tls and ldap.port == LDAPS_PORT:
        rule = f"cannot be false with webui.ldap.port {LDAPS_PORT}, which answers by TLS only"
        yield Problem(path=_TLS, rule=rule, fix=Remove(_TLS), also=(_PORT,))


def directory_without_a_form(settings: StackSettings) -> Iterator[Problem]:
    """People type the directory's password into the form."""
    sso = settings.webui.sso
    if settings.webui.ldap is not None and sso is not None and sso.only:
        only: Path = (WEBUI, "sso", "only")
        rule = "cannot stand beside webui.ldap: people type the directory's password into the form"
        yield Problem(path=only, rule=rule, fix=Remove(only), also=(_LDAP,))


def variables_beside_keys(settings: StackSettings) -> Iterator[Problem]:
    """A variable would win over the key that says the same."""
    app = settings.webui
    keys: dict[str, Path] = {name: (*_LDAP, key) for name, key in LDAP_KEYS.items() if app.ldap is not None}
    for name, key in PEOPLE_KEYS.items():
        section, _, field = key.partition(".")
        given = app.permissions.model_dump(by_alias=True, exclude_unset=True) if field else {}
        if field in given or (not field and "default_role" in app.model_fields_set):
            keys[name] = (WEBUI, section, *([field] if field else []))
    for place, variables in (("env", app.env), ("secrets", app.secrets)):
        for name in sorted(variables.keys() & keys.keys()):
            yield remove((WEBUI, place, name), f"is what {key_of(keys[name])} sets", keys[name])
