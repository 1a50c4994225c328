"""Rules for a database and a cache that exist already: what says how to reach them, and what would size others."""

from collections.abc import Collection, Iterator

from problems import Path, Problem, Set, key_of
from settings.data import CacheSettings, DatabaseSettings
from settings.rules.parts import remove
from settings.stack import StackSettings

EXAMPLE_GROUP = "sg-0123456789abcdef0"

_WAY = frozenset({"port", "security_group_id"})


def half_a_given_store(settings: StackSettings) -> Iterator[Problem]:
    """A URL without a way to what it names, and a way to nothing."""
    for section, store in _stores(settings):
        url, group = (section, "urlSecretArn"), (section, "securityGroupId")
        for path in _said(section, store, _WAY) if not store.given else ():
            rule = f"has no effect without {key_of(url)}: it is about a {section} that exists already"
            yield remove(path, rule, url)
        port = store.given_port
        if store.given and store.security_group_id is None and all(way.port != port for way in settings.webui.egress):
            rule = f"needs {key_of(group)}, or port {port} in webui.egress: nothing else lets Open WebUI reach it"
            yield Problem(path=url, rule=rule, fix=Set(group, EXAMPLE_GROUP), also=(group, ("webui", "egress")))


def no_way_to_a_given_cache(settings: StackSettings) -> Iterator[Problem]:
    """The gateway counts there what users ask."""
    cache, gateway = settings.cache, settings.gateway
    if not (settings.limits and gateway.enabled and settings.database.enabled and cache.given):
        return
    if cache.security_group_id is None and all(way.port != cache.given_port for way in gateway.egress):
        url, group = ("cache", "urlSecretArn"), ("cache", "securityGroupId")
        rule = f"needs {key_of(group)}, or port {cache.given_port} in gateway.egress: limits are counted in the cache"
        yield Problem(path=url, rule=rule, fix=Set(group, EXAMPLE_GROUP), also=(group, ("gateway", "egress")))


def sizes_of_a_given_store(settings: StackSettings) -> Iterator[Problem]:
    """The stack neither sizes nor backs up what it does not make."""
    for section, store in _stores(settings):
        url = (section, "urlSecretArn")
        sizes = type(store).model_fields.keys() - {"enabled", "url_secret_arn", *_WAY}
        for path in _said(section, store, sizes) if store.given else ():
            rule = f"has no effect: with {key_of(url)} the stack makes no {section} of its own"
            yield remove(path, rule, url)


def _stores(settings: StackSettings) -> list[tuple[str, DatabaseSettings | CacheSettings]]:
    return [("database", settings.database), ("cache", settings.cache)] if settings.database.enabled else []


def _said(section: str, store: DatabaseSettings | CacheSettings, names: Collection[str]) -> list[Path]:
    """The keys of these that the configuration has."""
    fields = type(store).model_fields
    return [
        (section, str(field.alias)) for name, field in fields.items() if name in store.model_fields_set & set(names)
    ]
