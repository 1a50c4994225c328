"""What a session of tests shares: the prepared account, and each stack as its first `up` left it."""

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from tests.engine.changes import Change, Config, bases, changes, stack_file
from tests.engine.process import StandIn
from tests.engine.stage import ROOT, Stage


@dataclass
class Machinery:
    """What a session shares: the prepared account, and each stack as its first `up` left it."""

    folder: Path
    plugins: Path
    account: StandIn
    words: dict[str, str]
    """Ids of what the account holds, by the words of changes.yaml."""
    forks: list[StandIn] = field(default_factory=list)
    _deployed: dict[str, Stage] = field(default_factory=dict)

    @cached_property
    def configs(self) -> dict[str, Config]:
        """The stacks' configs by name."""
        prod = stack_file(ROOT, "prod")
        prod["loadBalancer"]["hostedZoneId"] = self.words["zone"]
        return {**bases(ROOT, self.words), "prod": prod}

    @cached_property
    def given(self) -> set[tuple[str, str]]:
        """What is in the account before any stack."""
        return self.account.inventory()

    def changes(self) -> dict[str, Change]:
        """The table of changes, by name."""
        return {change.name: change for change in changes(ROOT, self.words)}

    def empty(self, name: str, folder: Path) -> Stage:
        """A stack that is not deployed yet."""
        stage = Stage.build(folder, self._kept(self.account.fork()), self.plugins)
        stage.configure(self.configs[name])
        return stage

    def deployed(self, name: str) -> Stage:
        """The stack after its first `up`, whatever that said; for reading and forking only."""
        if name not in self._deployed:
            self._deployed[name] = self.empty(name, self.folder / name)
            self._deployed[name].up()
        return self._deployed[name]

    def fork(self, name: str, folder: Path) -> Stage:
        """The deployed stack once more, to be changed."""
        deployed = self.deployed(name)
        assert deployed.history[-1].ok, deployed.history[-1].text
        stage = deployed.fork(folder)
        self._kept(stage.aws)
        return stage

    def stop(self) -> None:
        """End every server."""
        for stand_in in (*self.forks, self.account):
            stand_in.stop()

    def _kept(self, stand_in: StandIn) -> StandIn:
        self.forks.append(stand_in)
        return stand_in
