"""What Open WebUI is told to call can be called: what cannot be is refused with the line that opens it."""

from collections.abc import Iterator

from problems import Path, Problem
from settings.addresses import Address, open_webui_addresses, other_addresses
from settings.reach import out_of_reach
from settings.stack import WEBUI, StackSettings


def open_webui_reaches(settings: StackSettings) -> Iterator[Problem]:
    """Open WebUI's own variables and settings name what its tasks can connect to."""
    env, app = settings.webui.env, settings.webui
    urls: dict[Path, str] = {("providers", name, "url"): one.url for name, one in settings.providers.items()}
    for key, sign_in in (("oidc", app.oidc), ("sso", app.sso)):
        if sign_in is not None and sign_in.provider_url is not None:
            urls[(WEBUI, key, "providerUrl")] = sign_in.provider_url
    named: list[tuple[Path, Address]] = [
        *(((WEBUI, "env", name), address) for name in env for address in open_webui_addresses(name, env)),
        *((path, address) for path, url in urls.items() for address in other_addresses("url", {"url": url})),
    ]
    if app.ldap is not None:
        named.append(((WEBUI, "ldap", "host"), Address(host=app.ldap.host, port=app.ldap.port)))
    yield from out_of_reach(settings, (WEBUI,), app, named)
