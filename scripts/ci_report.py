"""Runs a command of this project in a workflow and tells its outcome: in the log, the job's summary, in Markdown."""

import os
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

LONGEST = 60_000
"""Characters of output; GitHub refuses a comment or issue of more than 65,536."""


@dataclass(frozen=True)
class RunReport:
    """How one command went."""

    what: str
    """Plan, preview or drift check."""
    stack: str
    command: Sequence[str]
    output: str
    status: int
    findings: Sequence[str] = ()
    """What to read first."""

    @property
    def marker(self) -> str:
        """Invisible in the text, by which a later run finds it again."""
        return f"<!-- {self.what.lower()} of {self.stack} -->"

    @property
    def markdown(self) -> str:
        """The report as GitHub shows it, cut to what a comment may hold."""
        cut = self.output[-LONGEST:]
        note = "" if cut == self.output else f"The last {LONGEST} characters; the run's log has all.\n\n"
        findings = "".join(f"- {finding}\n" for finding in self.findings)
        outcome = "passed" if self.status == 0 else "failed"
        return (
            f"{self.marker}\n### {self.what} of {self.stack}: {outcome}\n\n`{' '.join(self.command)}`\n\n"
            f"{findings}\n<details><summary>Output</summary>\n\n{note}{_fenced(cut)}\n\n</details>\n\n{_link()}\n"
        )

    def append_to_summary(self) -> None:
        """Show the report on the run's page, when this is a run."""
        file = os.environ.get("GITHUB_STEP_SUMMARY")
        if file:
            with Path(file).open("a", encoding="utf-8") as summary:
                summary.write(self.markdown)


def run(command: Sequence[str], environment: Mapping[str, str] | None = None) -> tuple[int, str]:
    """Run `command`, show its output as it comes, and give its exit status and everything that it printed."""
    lines: list[str] = []
    with subprocess.Popen(
        command,
        env=os.environ | dict(environment or {}),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    ) as process:
        for line in process.stdout or ():
            sys.stdout.write(line)
            sys.stdout.flush()
            lines.append(line)
    return process.returncode, "".join(lines)


def _fenced(text: str) -> str:
    """A code block that no row of backticks in `text` can end."""
    longest = max((len(row) for row in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}text\n{text.rstrip()}\n{fence}"


def _link() -> str:
    run_id, server, repository = (
        os.environ.get(name, "") for name in ("GITHUB_RUN_ID", "GITHUB_SERVER_URL", "GITHUB_REPOSITORY")
    )
    return f"[Run {run_id}]({server}/{repository}/actions/runs/{run_id})" if run_id else ""
