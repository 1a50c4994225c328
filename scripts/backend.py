"""Where the stack's state is kept, and the passphrase that encrypts its secrets.

PULUMI_BACKEND_URL wins, then `backend: {url: ..}` in Pulumi.yaml. Without either the state is a folder of the
project: no account is needed anywhere. `pulumi login` decides nothing here, so that all machines do the same.
"""

import os
import secrets
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from offline import stack_files

STATE_FOLDER = ".pulumi-state"


@dataclass(frozen=True)
class Backend:
    """A Pulumi state backend."""

    url: str
    folder: Path | None
    """The state's folder when it is the default one; None when another backend was chosen."""
    decided_by: str
    """What chose it, for people."""

    @property
    def passphrase_file(self) -> Path | None:
        """Where the default backend keeps its passphrase."""
        return self.folder / "passphrase" if self.folder else None

    @property
    def keeps_secrets(self) -> bool:
        """Whether the backend is a service (Pulumi Cloud) that encrypts secrets itself."""
        return self.url.startswith(("http://", "https://"))

    def prepare(self, *, passphrase: bool, create: bool) -> dict[str, str]:
        """Give the variables that the CLI needs; with `create`, make what is missing of the default backend."""
        variables = {"PULUMI_BACKEND_URL": self.url}
        if self.folder and self.passphrase_file:
            if create:
                self.folder.mkdir(mode=0o700, exist_ok=True)
            if passphrase:
                if create:
                    _create_once(self.passphrase_file)
                variables["PULUMI_CONFIG_PASSPHRASE_FILE"] = str(self.passphrase_file)
        return variables


def choose(root: Path, environment: Mapping[str, str]) -> Backend:
    """Give the backend that PULUMI_BACKEND_URL or Pulumi.yaml names, else the local one."""
    url = environment.get("PULUMI_BACKEND_URL")
    if url:
        return Backend(url, None, "PULUMI_BACKEND_URL")
    url = _of_project(root / "Pulumi.yaml")
    if url:
        return Backend(url, None, "`backend` in Pulumi.yaml")
    folder = root / STATE_FOLDER
    return Backend(folder.as_uri(), folder, "the default: no PULUMI_BACKEND_URL, no `backend` in Pulumi.yaml")


def _of_project(file: Path) -> str | None:
    chosen = stack_files.read(file).get("backend") if file.is_file() else None
    return chosen.get("url") if isinstance(chosen, Mapping) else None


def _create_once(file: Path) -> None:
    if file.exists():
        return
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:
        stream.write(secrets.token_urlsafe(32))
    print(
        f"Created {file}: the passphrase that encrypts the stack's secrets.\n"
        f"The state is in {file.parent}. Back the folder up; without it the stack cannot be managed any more.",
        file=sys.stderr,
    )
