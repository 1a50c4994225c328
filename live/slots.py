"""Places for tasks on this machine."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Slot:
    """Where one task of an app runs: an address has room for one at a time."""

    app: str
    number: int
    port: int

    def named(self, what: str) -> str:
        """The name of a process or folder of the task: `webui`, `webui-2`."""
        return what if self.number == 1 else f"{what}-{self.number}"
