"""A throw-away deployment: a copy of the project, a state of its own, and the stand-in that it deploys to."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import yaml

from scripts.pulumi_cli import find_cli
from tests.engine import outcome
from tests.engine.changes import Config
from tests.engine.outcome import Outcome
from tests.engine.process import CREDENTIALS, REGION, StandIn

ROOT: Final = Path(__file__).parents[2]
STACK: Final = "dev"
_SECONDS: Final = 1200
"""A run that takes longer hangs."""
_PROVIDER: Final = {
    "aws:region": REGION,
    "aws:skipCredentialsValidation": True,
    "aws:skipMetadataApiCheck": True,
    "aws:s3UsePathStyle": True,
}


@dataclass(frozen=True)
class Stage:
    """One deployed (or yet empty) stack in `folder`."""

    folder: Path
    aws: StandIn
    history: list[Outcome] = field(default_factory=list)

    @staticmethod
    def build(folder: Path, aws: StandIn, plugins: Path) -> "Stage":
        """An empty stack of the tracked files; `plugins` is where the CLI keeps its plugins."""
        stage = Stage(folder, aws)
        for name in ("state", "home", "project"):
            (folder / name).mkdir(parents=True)
        (folder / "home" / "plugins").symlink_to(plugins)
        tracked = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
        for name in filter(None, tracked.split("\0")):
            if (ROOT / name).is_file() and not name.startswith(("tests/", "docs/", "Pulumi.dev", "Pulumi.prod")):
                target = stage.project / name
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, target)
        (stage.project / ".venv").symlink_to(Path(sys.prefix).resolve())
        stage.configure({})
        created = stage.pulumi("stack", "init", STACK)
        assert created.ok, created.text
        return stage

    @property
    def project(self) -> Path:
        """The copy of the project."""
        return self.folder / "project"

    def fork(self, folder: Path) -> "Stage":
        """The same deployment once more, with a state and an account of its own."""
        shutil.copytree(self.folder, folder, symlinks=True)
        return Stage(folder, self.aws.fork())

    def configure(self, config: Config) -> None:
        """Write the stack's file; what the CLI has written there itself stays."""
        path = self.project / f"Pulumi.{STACK}.yaml"
        document = yaml.safe_load(path.read_text()) if path.is_file() else {}
        values = {key if ":" in key else f"webui-bedrock:{key}": value for key, value in config.items()}
        path.write_text(yaml.safe_dump({**document, "config": {**_PROVIDER, **values}}))

    def preview(self, *options: str) -> Outcome:
        """`pulumi preview`."""
        return self.pulumi("preview", *options)

    def up(self, *options: str) -> Outcome:
        """`pulumi up`, without a preview before."""
        return self.pulumi("up", "--yes", "--skip-preview", *options)

    def refresh(self, *options: str) -> Outcome:
        """`pulumi refresh`, without a preview before."""
        return self.pulumi("refresh", "--yes", "--skip-preview", *options)

    def destroy(self) -> Outcome:
        """`pulumi destroy`, without a preview before."""
        return self.pulumi("destroy", "--yes", "--skip-preview")

    def make(self, command: str, *options: str) -> Outcome:
        """What `make <command> YES=1` runs."""
        words = [sys.executable, "-m", "scripts.stack", command, "--stack", STACK, "--yes", "--"]
        return self._run(*words, *options)

    def script(self, name: str, *options: str) -> Outcome:
        """A command of `scripts/`, with its own exit status, which make would make 2."""
        return self._run(sys.executable, "-m", f"scripts.{name}", "--stack", STACK, *options)

    def pulumi(self, command: str, *options: str) -> Outcome:
        """Any command of the CLI that takes a stack."""
        words = [str(find_cli()), command, *options, "--non-interactive", "--color", "never"]
        return self._run(*words, *(["--stack", STACK] if command != "stack" else []))

    def shell(self, command: str) -> Outcome:
        """A printed line as somebody pastes it; the environment that `make` would set up is there."""
        return self._run("bash", "-c", command.replace("make ", "make --silent --assume-old=.venv/.installed ", 1))

    def popen(self, command: str, *options: str) -> "subprocess.Popen[str]":
        """The CLI as a process of its own group, to be killed in the middle."""
        words = [str(find_cli()), command, *options, "--non-interactive", "--stack", STACK]
        return subprocess.Popen(
            words,
            cwd=self.project,
            env=self.environment(),
            start_new_session=True,
            text=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def environment(self) -> dict[str, str]:
        """The machine's own, but for AWS's and Pulumi's variables."""
        kept = {name: text for name, text in os.environ.items() if not name.startswith(("AWS_", "PULUMI_"))}
        return (
            kept
            | CREDENTIALS
            | {
                "AWS_ENDPOINT_URL": self.aws.url,
                "AWS_EC2_METADATA_DISABLED": "true",
                "PULUMI_HOME": str(self.folder / "home"),
                "PULUMI_BACKEND_URL": f"file://{self.folder / 'state'}",
                "PULUMI_CONFIG_PASSPHRASE": "made-up",
                "PULUMI_DEBUG_COMMANDS": "true",  # by which SDKs ask for --event-log
                "PULUMI_SKIP_UPDATE_CHECK": "true",
                "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
            }
        )

    def _run(self, *words: str) -> Outcome:
        events = self.folder / "events"
        logs = {"preview", "up", "refresh", "destroy"} & set(words[1:5])
        events.unlink(missing_ok=True)
        asked = ["--event-log", str(events)] if logs else []
        run = subprocess.run(
            [*words, *asked],
            cwd=self.project,
            env=self.environment(),
            check=False,
            timeout=_SECONDS,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.history.append(outcome.read(run.returncode, run.stdout, events))
        return self.history[-1]
