"""No message holds a secret."""

from typing import Any

import pytest

import settings
from problems.redaction import HIDDEN, shown
from tests.settings.samples import FULL, merged, valid

CANARY = "hunter2-canary"
TOKEN = "sk-canary0123456789ABCDEF"


@pytest.mark.parametrize(
    "change",
    [
        {"webui": {"env": {"PASSWORD": CANARY, "9": CANARY, "PLAIN": [CANARY]}}},
        {"webui": {"env": CANARY}},
        {"webui": {"env": [CANARY]}},
        {"webui": {"secrets": {"A": CANARY, "9": CANARY, "B": {"x": CANARY}}}},
        {"webui": {"secrets": [CANARY]}},
        {"webui": {"oidc": {"providerUrl": f"https://user:{CANARY}@id.example.com/", "clientSecretArn": CANARY}}},
        {"webui": {"oidc": {"clientSecret": CANARY}}},
        {"webui": {"adminPassword": CANARY}},
        {"webui": {"image": f"https://user:{CANARY}@registry.example.com/a"}},
        {"webui": CANARY},
        {"gateway": {"apiKeySecretArn": CANARY}},
        {"gateway": {"apiKeySecretArn": [CANARY]}},
        {"gateway": {"defaultModel": f"{TOKEN} x"}},
        {"services": {"a": {"port": 80, "image": "a/b:1.2", "command": [TOKEN, f"--key={TOKEN}"]}}},
        {"services": {"a": {"port": 80, "image": TOKEN, "paths": [TOKEN]}}},
        {"services": {"token": {"port": 80, "env": {"A": {"B": CANARY}}}}},
        {"tags": {"a": TOKEN}},
        {"tags": CANARY},
        {"secret": CANARY},
        {"x": {"y": [CANARY]}},
    ],
    ids=lambda change: next(iter(change)),
)
def test_no_message_holds_a_secret(change: dict[str, Any]) -> None:
    for base in (valid(), FULL):
        with pytest.raises(settings.SettingsError) as caught:
            settings.parse(merged(base, change))
        assert CANARY not in str(caught.value)
        assert TOKEN not in str(caught.value)


@pytest.mark.parametrize(
    ("path", "value", "text"),
    [
        (("webui", "cpu"), 5, "5"),
        (("webui", "image"), "a:b", '"a:b"'),
        (("webui", "image"), "x" * 100, f'"{"x" * 56}...'),
        (("webui", "image"), "a\x00\u202e", '"a\\u0000\\u202e"'),
        (("webui",), {"a": 1}, "a map"),
        (("alarms", "emails"), ["a", 1], '["a", 1]'),
        (("alarms", "emails"), [{"a": 1}], "a list"),
        (("webui", "env", "A"), "x", HIDDEN),
        (("webui", "env", "A"), True, "true"),
        (("webui", "secrets"), ["x"], HIDDEN),
        (("gateway", "apiKeySecretArn"), "x", HIDDEN),
        (("services", "token", "port"), "x", '"x"'),
        (("webui", "image"), "Zm9vYmFyYmF6cXV4MTIzNDU2Nzg5MGFiY2RlZg", HIDDEN),
        (("webui", "image"), None, "null"),
    ],
    ids=str,
)
def test_a_value_is_shown_short_on_one_line_or_not_at_all(path: tuple[str, ...], value: object, text: str) -> None:
    assert shown(path, value) == text


def test_the_arn_of_a_secret_is_shown() -> None:
    arn = FULL["gateway"]["apiKeySecretArn"]
    assert shown(("gateway", "apiKeySecretArn"), arn).startswith('"arn:aws:secretsmanager:')
