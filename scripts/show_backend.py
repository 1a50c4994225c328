"""Shows where a stack's state and secrets are kept, and what decided that."""

import argparse
import json
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from problems.command import command, leave
from scripts import backend, stack_file
from scripts.backend import Backend
from scripts.stack_file import StackFile

PASSPHRASES = ("PULUMI_CONFIG_PASSPHRASE", "PULUMI_CONFIG_PASSPHRASE_FILE")


@command()
def main(arguments: Sequence[str], root: Path = stack_file.ROOT) -> int:
    """Print it for one stack."""
    parser = argparse.ArgumentParser(prog="python -m scripts.show_backend", description=__doc__)
    parser.add_argument("--stack", required=True)
    config = stack_file.read(root, parser.parse_args(arguments).stack)
    chosen = backend.choose(root, os.environ)
    print(f"state    {chosen.url}\n         decided by {chosen.decided_by}")
    for line in _login(chosen):
        print(f"         {line}")
    print(f"secrets  {_secrets(config, chosen)}")
    return 0


def _login(chosen: Backend) -> Iterator[str]:
    home = Path(os.environ.get("PULUMI_HOME") or Path.home() / ".pulumi")
    file = home / "credentials.json"
    login = json.loads(file.read_text(encoding="utf-8")).get("current") if file.is_file() else None
    if login and login != chosen.url:
        yield f"`pulumi login` says {login}, which `make` does not use; to use it: export PULUMI_BACKEND_URL={login}"


def _secrets(config: StackFile, chosen: Backend) -> str:
    if config.secrets_provider:
        return f"{config.secrets_provider}\n         decided by {config.file.name}"
    if chosen.keeps_secrets:
        return f"a key of the service at {chosen.url}\n         decided by the backend"
    variable = next((name for name in PASSPHRASES if name in os.environ), None)
    passphrase = f"a passphrase, {variable or chosen.passphrase_file or 'which is not set: PULUMI_CONFIG_PASSPHRASE'}"
    if config.encrypted:
        return f"{passphrase}\n         decided by {config.file.name}"
    return (
        f"{passphrase}\n         decided when the stack is created; with a KMS key instead: "
        f"make up STACK={config.stack} SECRETS_PROVIDER=awskms://alias/<name>"
    )


if __name__ == "__main__":
    leave(main(sys.argv[1:]))
