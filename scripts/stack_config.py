"""The checked-in files of one stack: Pulumi.yaml and Pulumi.<stack>.yaml, read without the Pulumi CLI."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent
"""The project: where Pulumi.yaml is."""

CREDENTIAL_KEYS = ("accessKey", "secretKey", "assumeRole", "assumeRoles", "assumeRoleWithWebIdentity")


class ConfigFileError(Exception):
    """A config file cannot be read; the message says which and why."""


@dataclass(frozen=True, kw_only=True)
class StackConfig:
    """What the files say of one stack. Values that are secrets stay as encrypted in the file."""

    root: Path
    stack: str
    project: str
    file: Path
    values: Mapping[str, Any]
    """By full key (`aws:region`): Pulumi.yaml's values and defaults, then the stack's own."""
    secrets_provider: str | None
    """The key service that encrypts the stack's secrets (`awskms://...`); None for a passphrase."""
    encrypted: bool
    """Whether a passphrase was chosen for this file already."""

    def get(self, key: str) -> Any:
        """Give one of this project's own values, None when it is not set."""
        return self.values.get(f"{self.project}:{key}")

    @property
    def region(self) -> str | None:
        """The AWS region that the config names."""
        return self.values.get("aws:region")

    @property
    def brings_credentials(self) -> bool:
        """Whether the AWS provider signs in by its own config instead of this machine's credentials alone."""
        return any(self.values.get(f"aws:{key}") for key in CREDENTIAL_KEYS)

    def apps(self) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """Give the config path (`gateway`, `services.docs`) and the settings of every app that is not off."""
        services = self.get("services")
        found = {"webui": self.get("webui"), "gateway": self.get("gateway")}
        if isinstance(services, Mapping):
            found |= {f"services.{name}": app for name, app in services.items()}
        for path, app in found.items():
            if isinstance(app, Mapping) and app.get("enabled") is not False:
                yield path, app


def read(root: Path, stack: str) -> StackConfig:
    """Read both files; a missing one is empty. Raises ConfigFileError when one is not YAML."""
    # A stack of Pulumi Cloud may be given as `organization/stack`.
    file = root / f"Pulumi.{stack.rpartition('/')[2]}.yaml"
    project, own = _load(root / "Pulumi.yaml"), _load(file)
    name = str(project.get("name", ""))
    return StackConfig(
        root=root,
        stack=stack,
        project=name,
        file=file,
        values=_values(name, project) | _values(name, own),
        secrets_provider=own.get("secretsprovider"),
        encrypted="encryptionsalt" in own,
    )


def stacks(root: Path) -> list[str]:
    """Give the names of the stacks that have a file."""
    return sorted(file.name.split(".", 1)[1].removesuffix(".yaml") for file in root.glob("Pulumi.*.yaml"))


def _load(path: Path) -> Mapping[str, Any]:
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8")) if path.is_file() else {}
    except yaml.YAMLError as error:
        raise ConfigFileError(f"{path.name} is not YAML: {error}") from error
    return content if isinstance(content, Mapping) else {}


def _values(project: str, document: Mapping[str, Any]) -> dict[str, Any]:
    config = document.get("config")
    if not isinstance(config, Mapping):
        return {}
    full = {key if ":" in key else f"{project}:{key}": value for key, value in config.items()}
    if "runtime" not in document:
        return full
    # In Pulumi.yaml an entry describes a value: `{type, description, default}` or `{value}`.
    return {
        key: entry.get("value", entry.get("default")) if isinstance(entry, Mapping) else entry
        for key, entry in full.items()
    }
