"""Shows where a stack's state and secrets are kept, what decided that, and who works on the stack now."""

import argparse
import json
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from scripts import backend, stack_config, state_lock
from scripts.aws_access import AWS_ERRORS
from scripts.backend import Backend
from scripts.stack_config import StackConfig

PASSPHRASES = ("PULUMI_CONFIG_PASSPHRASE", "PULUMI_CONFIG_PASSPHRASE_FILE")


def main(arguments: Sequence[str], root: Path = stack_config.ROOT) -> int:
    """Print it for one stack; 1 when a file or the bucket cannot be read."""
    parser = argparse.ArgumentParser(prog="scripts.show_backend", description=__doc__)
    parser.add_argument("--stack", required=True)
    try:
        config = stack_config.read(root, parser.parse_args(arguments).stack)
        chosen = backend.choose(root, os.environ)
        print(f"state    {chosen.url}\n         decided by {chosen.decided_by}")
        for line in _login(chosen):
            print(f"         {line}")
        print(f"secrets  {_secrets(config, chosen)}")
        for line in _locks(config, chosen):
            print(line)
    except (stack_config.ConfigFileError, *AWS_ERRORS) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _login(chosen: Backend) -> Iterator[str]:
    home = Path(os.environ.get("PULUMI_HOME") or Path.home() / ".pulumi")
    file = home / "credentials.json"
    login = json.loads(file.read_text(encoding="utf-8")).get("current") if file.is_file() else None
    if login and login != chosen.url:
        yield f"`pulumi login` says {login}, which `make` does not use; to use it: export PULUMI_BACKEND_URL={login}"


def _secrets(config: StackConfig, chosen: Backend) -> str:
    if config.secrets_provider:
        return f"{config.secrets_provider}\n         decided by {config.file.name}"
    if chosen.keeps_secrets:
        return f"a key of the service at {chosen.url}\n         decided by the backend"
    given = next((name for name in PASSPHRASES if name in os.environ), None)
    passphrase = f"a passphrase, {given or chosen.passphrase_file or 'which is not set: PULUMI_CONFIG_PASSPHRASE'}"
    if config.encrypted:
        return f"{passphrase}\n         decided by {config.file.name}"
    return (
        f"{passphrase}\n         decided when the stack is created; with a KMS key instead: "
        f"make up STACK={config.stack} SECRETS_PROVIDER=awskms://alias/<name>"
    )


def _locks(config: StackConfig, chosen: Backend) -> Iterator[str]:
    if not state_lock.has_locks(chosen.url):
        yield "lock     the service keeps it: `make up` says when somebody else is at work"
        return
    name = config.stack.rpartition("/")[2]
    found = state_lock.find_locks(chosen.url, config.project, name)
    for lock in found:
        yield f"lock     {lock}"
    if found:
        yield f'         When that process is dead: make pulumi STACK={name} ARGS="cancel --stack {name} --yes"'
    else:
        yield "lock     nobody works on the stack"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
