"""The Pulumi CLI, called for one stack: backend, passphrase and stack come from here, never from a selection."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scripts.checks import Situation
from scripts.pulumi_cli import ensure_cli

STACK_NOT_FOUND = 6
"""The CLI's exit status when the backend has no such stack (`ExitStackNotFound`; since 3.227)."""


class StackNotFoundError(Exception):
    """The backend has no stack of this name."""


class PulumiError(Exception):
    """The CLI failed; the message is its own, `status` its exit status."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True)
class PulumiStack:
    """One stack, as the CLI is called for it."""

    cli: Path
    root: Path
    name: str
    environment: Mapping[str, str]

    def run(self, *words: str) -> int:
        """Hand over to the CLI, also what Ctrl-C means: it finishes what it has begun and unlocks the stack."""
        before = signal.signal(signal.SIGINT, lambda *_: None)
        try:
            return subprocess.run([str(self.cli), *words], cwd=self.root, env=self.environment, check=False).returncode
        finally:
            signal.signal(signal.SIGINT, before)

    def write(self, text: str, *words: str) -> int:
        """Give a command its input; print what it says only when it fails."""
        command = [str(self.cli), *words, "--stack", self.name]
        done = subprocess.run(
            command, cwd=self.root, env=self.environment, input=text, capture_output=True, text=True, check=False
        )
        if done.returncode:
            print(done.stderr.strip(), file=sys.stderr)
        return done.returncode

    def read(self, *words: str) -> Any:
        """Give the JSON that a command prints. Raises StackNotFoundError, PulumiError."""
        command = [str(self.cli), *words, "--stack", self.name]
        done = subprocess.run(command, cwd=self.root, env=self.environment, capture_output=True, text=True, check=False)
        if done.returncode == STACK_NOT_FOUND:
            raise StackNotFoundError(self.name)
        if done.returncode:
            raise PulumiError(done.stderr.strip(), done.returncode)
        return json.loads(done.stdout)


def open_stack(situation: Situation) -> PulumiStack:
    """Find or install the CLI, and prepare the backend where the command creates stacks. Raises InstallError."""
    cli = ensure_cli()
    backend = situation.backend.prepare(passphrase=situation.needs_passphrase, create=situation.creates)
    # PULUMI_STACK is the CLI's own way to name the stack of one call; selecting it would last beyond the call.
    chosen = {"PULUMI_STACK": situation.config.stack}
    return PulumiStack(cli, situation.config.root, situation.config.stack, os.environ | backend | chosen)
