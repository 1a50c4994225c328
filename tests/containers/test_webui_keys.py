"""Each model source gets its own key: the containers' program joins them in the order of the addresses."""

import json
import os
import subprocess
import sys

import pytest

from containers.programs import command
from containers.webui_keys import NAMES, joined

ENVIRONMENT = {"OPENAI_API_KEY": "of-the-gateway", "PROVIDER_KEY_A": "of-a\n", "PROVIDER_KEY_B": "of-b"}


def test_keys_stand_in_the_order_of_their_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    assert joined("OPENAI_API_KEY;PROVIDER_KEY_A;PROVIDER_KEY_B") == "of-the-gateway;of-a;of-b"


@pytest.mark.parametrize("key", ["", "  ", "one;two"])
def test_no_key_is_sent_anywhere_when_one_would_move_the_others(monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    for name, value in {**ENVIRONMENT, "PROVIDER_KEY_A": key}.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SystemExit, match="the secret behind PROVIDER_KEY_A must hold one key") as told:
        joined("OPENAI_API_KEY;PROVIDER_KEY_A;PROVIDER_KEY_B")
    assert "one;two" not in str(told.value)


@pytest.mark.parametrize("program", ["webui_serve", "webui_migrate"])
def test_the_containers_programs_find_them_joined(program: str) -> None:
    python, option, text = command(program, after=["webui_keys"])
    assert (python, option) == ("python", "-c")
    head, main, _ = text.rpartition('\nif __name__ == "__main__":\n')
    assert main
    told = f"{head}\nprint(json.dumps(os.environ.get('OPENAI_API_KEYS')))"
    names = {NAMES: "OPENAI_API_KEY;PROVIDER_KEY_B"}
    run = subprocess.run(
        [sys.executable, "-c", "import json\n" + told],
        env={**os.environ, **ENVIRONMENT, **names},
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(run.stdout) == "of-the-gateway;of-b"
