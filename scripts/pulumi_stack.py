"""The Pulumi CLI, called for one stack: backend, passphrase and stack come from here, never from a selection."""

import json
import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from problems.command import CommandError, hand_over
from scripts.checks import Situation
from scripts.pulumi_cli import ensure_cli

STACK_NOT_FOUND = 6
"""The CLI's exit status when the backend has no such stack (`ExitStackNotFound`; since 3.227)."""


class PulumiError(CommandError):
    """The CLI failed; the message is its own, `status` its exit status."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status

    @property
    def means_not_found(self) -> bool:
        """Whether the backend has no stack of this name."""
        return self.status == STACK_NOT_FOUND


@dataclass(frozen=True)
class PulumiStack:
    """One stack, as the CLI is called for it."""

    cli: Path
    root: Path
    name: str
    environment: Mapping[str, str]

    def run(self, *words: str) -> int:
        """Hand over to the CLI: at Ctrl-C it finishes what it has begun and unlocks the stack."""
        return hand_over([str(self.cli), *words], cwd=self.root, environment=self.environment)

    def write(self, text: str, *words: str) -> None:
        """Give a command its input. Raises PulumiError."""
        self._call(words, text)

    def read(self, *words: str) -> Any:
        """Give the JSON that a command prints. Raises PulumiError."""
        return json.loads(self._call(words))

    def _call(self, words: Sequence[str], text: str | None = None) -> str:
        command = [str(self.cli), *words, "--stack", self.name]
        done = subprocess.run(
            command, cwd=self.root, env=self.environment, input=text, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise PulumiError(done.stderr.strip().removeprefix("error: "), done.returncode)
        return done.stdout


def open_stack(situation: Situation) -> PulumiStack:
    """Find or install the CLI, and prepare the backend where the command creates stacks. Raises CommandError."""
    cli = ensure_cli()
    backend = situation.backend.prepare(passphrase=situation.needs_passphrase, create=situation.creates)
    # PULUMI_STACK is the CLI's own way to name the stack of one call; selecting it would last beyond the call.
    chosen = {"PULUMI_STACK": situation.config.stack}
    return PulumiStack(cli, situation.config.root, situation.config.stack, os.environ | backend | chosen)
