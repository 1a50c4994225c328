"""Providers beside the gateway: each address has its own key and list, at the same place of Open WebUI's variables."""

import json
from typing import Any

import pytest

from tests.support.program import GATEWAY_IMAGE, environment, plan, secrets

A_KEY = "arn:aws:secretsmanager:us-east-1:123456789012:secret:a-AbCdEf"
B_KEY = "arn:aws:secretsmanager:us-east-1:123456789012:secret:b-AbCdEf:key::"
PROVIDERS = {
    "b-cloud": {"url": "https://b.example.com/v1", "keySecretArn": B_KEY, "models": ["b-large", "b-small"]},
    "a": {"url": "https://a.example.com/openai/v1", "keySecretArn": A_KEY},
}
LISTED = {"image": GATEWAY_IMAGE, "models": ["amazon.nova-pro-v1:0", "amazon.titan-embed-text-v2:0"]}
NO_GATEWAY = {"enabled": False}


def sources(gateway: dict[str, Any], container: str = "webui") -> dict[str, tuple[str, list[str] | None]]:
    """Address to the secret that goes there and the models that users see."""
    recording = plan({"providers": PROVIDERS, "gateway": gateway})
    given, keys = environment(recording, "webui", container), secrets(recording, "webui", container)
    addresses, names = (given[name].split(";") for name in ("OPENAI_API_BASE_URLS", "OPENAI_API_KEYS_FROM"))
    configs = json.loads(given["OPENAI_API_CONFIGS"])
    assert given["ENABLE_OPENAI_API"] == "true"
    assert not {"OPENAI_API_BASE_URL", "OPENAI_API_KEYS"} & given.keys()
    return {
        address: (keys[name], configs.get(str(index), {}).get("model_ids"))
        for index, (address, name) in enumerate(zip(addresses, names, strict=True))
    }


@pytest.mark.parametrize("container", ["webui", "migrate"])
def test_each_address_has_its_own_key_and_list(container: str) -> None:
    (gateway, (key, models)), *others = sources(LISTED, container).items()
    assert gateway.endswith("/api/v1")
    assert "secret:" in key
    assert key not in {A_KEY, B_KEY}
    assert models == ["amazon.nova-pro-v1:0"]
    assert dict(others) == {
        "https://a.example.com/openai/v1": (A_KEY, []),
        "https://b.example.com/v1": (B_KEY, ["b-large", "b-small"]),
    }


def test_providers_alone_are_asked_and_nobody_else() -> None:
    assert list(sources(NO_GATEWAY)) == ["https://a.example.com/openai/v1", "https://b.example.com/v1"]
    given = environment(plan({"providers": PROVIDERS, "gateway": NO_GATEWAY}), "webui")
    assert given["OFFLINE_MODE"] == "true"
    assert given["BYPASS_EMBEDDING_AND_RETRIEVAL"] == "true"


def test_containers_join_keys_only_where_there_are_several() -> None:
    for providers, joins in (({}, False), (PROVIDERS, True)):
        recording = plan({"providers": providers})
        definition = next(item for item in recording.resources if item.name == "webui-task").inputs
        programs = [
            container["command"][2]
            for container in json.loads(definition["containerDefinitions"])
            if container["command"][:2] == ["python", "-c"]
        ]
        assert len(programs) == 2
        assert all(("OPENAI_API_KEYS_FROM" in program) is joins for program in programs)
