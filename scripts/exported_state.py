"""The state of a stack as `pulumi stack export` prints it; secrets stay encrypted in it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class StateResource:
    """A resource of the state, or of an operation that was interrupted."""

    entry: Mapping[str, Any]

    @property
    def urn(self) -> str:
        """Pulumi's name of it, unique in the stack."""
        return str(self.entry["urn"])

    @property
    def type(self) -> str:
        """Its type token: `aws:ecs/service:Service`."""
        return str(self.entry["type"])

    @property
    def name(self) -> str:
        """Its name in the program."""
        return self.urn.rpartition("::")[2]

    @property
    def inputs(self) -> Mapping[str, Any]:
        """What the program asked for."""
        return self.entry.get("inputs") or {}

    @property
    def outputs(self) -> Mapping[str, Any]:
        """What the provider answered."""
        return self.entry.get("outputs") or {}

    @property
    def errors(self) -> list[str]:
        """What went wrong when it was created or changed last; empty once that has succeeded or it was refreshed."""
        return self.entry.get("initErrors") or []

    def __str__(self) -> str:
        return f"{self.type.rpartition(':')[2]} {self.name}"


@dataclass(frozen=True)
class ExportedState:
    """One export."""

    document: Mapping[str, Any]

    @property
    def entries(self) -> list[dict[str, Any]]:
        """Every resource as it is written."""
        return self.document["deployment"].get("resources") or []

    def resources(self) -> Iterator[StateResource]:
        """Give what exists; old versions that wait for their deletion are left out."""
        yield from (StateResource(entry) for entry in self.entries if not entry.get("delete"))

    def pending(self) -> Iterator[tuple[str, StateResource]]:
        """Give the operations that a run began and did not live to finish: `creating`, `updating`, `deleting`."""
        for operation in self.document["deployment"].get("pending_operations") or []:
            yield operation["type"], StateResource(operation["resource"])
