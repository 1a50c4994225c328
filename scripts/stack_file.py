"""What scripts ask of the files of one stack, Pulumi.yaml and Pulumi.<stack>.yaml; one that is missing is empty."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from offline import stack_files
from offline.stack_files import short_name

ROOT = Path(__file__).resolve().parent.parent
"""The project: where Pulumi.yaml is."""

CREDENTIAL_KEYS = ("accessKey", "secretKey", "assumeRole", "assumeRoles", "assumeRoleWithWebIdentity")


@dataclass(frozen=True, kw_only=True)
class StackFile:
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
    doubts: tuple[str, ...] = ()
    """What stands in the file and nothing reads."""

    @property
    def name(self) -> str:
        """The stack without the organization of Pulumi Cloud: what its file is named after."""
        return short_name(self.stack)

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

    @property
    def of_provider(self) -> Mapping[str, Any]:
        """The configuration of the AWS provider, as far as it is no secret."""
        own = {key.removeprefix("aws:"): value for key, value in self.values.items() if key.startswith("aws:")}
        return {key: value for key, value in own.items() if not (isinstance(value, Mapping) and "secure" in value)}

    def apps(self) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """Give the config path (`gateway`, `services.docs`) and the settings of every app that is not off."""
        services = self.get("services")
        by_path = {"webui": self.get("webui"), "gateway": self.get("gateway")}
        if isinstance(services, Mapping):
            by_path |= {f"services.{name}": app for name, app in services.items()}
        for path, app in by_path.items():
            if isinstance(app, Mapping) and app.get("enabled") is not False:
                yield path, app


def read(root: Path, stack: str) -> StackFile:
    """Read both files. Raises CommandError when one is not YAML."""
    file = root / f"Pulumi.{short_name(stack)}.yaml"
    project, own = ({**stack_files.read(path)} if path.is_file() else {} for path in (root / "Pulumi.yaml", file))
    return StackFile(
        root=root,
        stack=stack,
        project=str(project.get("name", "")),
        file=file,
        values=stack_files.merged(project, own),
        secrets_provider=own.get("secretsprovider"),
        encrypted="encryptionsalt" in own,
        doubts=tuple(stack_files.doubts(file, own, project)) if file.is_file() else (),
    )
