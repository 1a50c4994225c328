"""Rules for what Open WebUI itself demands: the version of its image, and whom its variables name."""

from collections.abc import Iterator

from aws_rules import arns, image_reference
from problems import Problem, Set
from settings.apps import WEBUI_IMAGE
from settings.companions import PIPELINES
from settings.rules.parts import images, set_to
from settings.stack import WEBUI, StackSettings
from settings.webui_image import OLDEST, is_upstreams, reads_as_too_old

EXAMPLE_URL = "https://models.example.com/v1"

_PAIRS = (
    (("OPENAI_API_BASE_URL", "OPENAI_API_BASE_URLS"), ("OPENAI_API_KEY", "OPENAI_API_KEYS")),
    (("RAG_OPENAI_API_BASE_URL",), ("RAG_OPENAI_API_KEY",)),
)
"""Addresses and the keys that go there: the program sets the first of each for the gateway."""


def old_image(settings: StackSettings) -> Iterator[Problem]:
    """An image without what the programs of containers/ import starts no task, and says so only in the task's log."""
    for path, text, image in images(settings):
        if path == (WEBUI, "image") and is_upstreams(image) and reads_as_too_old(image):
            oldest = ".".join(map(str, OLDEST))
            newest = WEBUI_IMAGE.rpartition(":")[2]
            rule = f"must be Open WebUI {oldest} or newer: older images lack what this program's migration needs"
            yield set_to(path, f"{image_reference.repository_uri(text)}:{newest}", rule)


def addresses_and_keys(settings: StackSettings) -> Iterator[Problem]:
    """Another address would be sent the gateway's key, and the gateway takes no other key."""
    app = settings.webui
    places = {**dict.fromkeys(app.secrets, "secrets"), **dict.fromkeys(app.env, "env")}
    # Beside other sources the first are not the user's to set.
    pairs = _PAIRS[1:] if settings.providers or PIPELINES in settings.companions else _PAIRS
    for addresses, keys in pairs if settings.gateway.enabled else ():
        address, key = (next((name for name in names if name in places), None) for names in (addresses, keys))
        if address and not key:
            wanted = keys[addresses.index(address)]
            rule = f"needs a key of its own in webui.secrets.{wanted}: this address would be sent the gateway's"
            fix = Set((WEBUI, "secrets", wanted), arns.EXAMPLE_ARN)
            yield Problem(path=(WEBUI, places[address], address), rule=rule, fix=fix)
        if key and not address:
            wanted = addresses[keys.index(key)]
            rule = f"needs the address that takes it in webui.env.{wanted}: the gateway would get it, and refuse it"
            yield Problem(path=(WEBUI, places[key], key), rule=rule, fix=Set((WEBUI, "env", wanted), EXAMPLE_URL))
