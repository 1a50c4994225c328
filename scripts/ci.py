"""What the workflows run beyond `make`: the stacks to look at, and plan, preview and drift with a report.

Needs nothing but Python itself. Exit status: the command's own, 3 when a preview would lose data unaccepted or
could not tell.
"""

import argparse
import json
import os
import re
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from problems.command import CommandError, command, leave
from scripts import github
from scripts.ci_report import RunReport, run
from scripts.data_loss import find_losses

ROOT = Path(__file__).resolve().parent.parent
ACCEPTED = "data-loss-accepted"
"""The label by which a reviewer accepts that a pull request deletes or replaces data."""
HOW_TO_ACCEPT = f"If that is meant, a reviewer says so by the label `{ACCEPTED}`."
FOUND_IN_PLAN = {
    "REFUSED: ": "AWS does not finish the change; the plan says why, and the way out.",
    "DATA LOSS: ": f"The change loses data. {HOW_TO_ACCEPT}",
    "OUT OF SIGHT: ": f"The change leaves data where nothing sees it. {HOW_TO_ACCEPT}",
}
"""What a plan that fails says, and what follows from it."""
SUM, COST = " US dollars a month", "Cost: "
"""By which a plan's verdict and the cost of a change are found in what it prints."""
DRIFT = "drift"
"""The label of the issues that this script opens."""
DATA_LOSS = 3
DRIFTED = "no changes were expected"
"""What the Pulumi CLI says when `--expect-no-changes` is not met; any other failure is no drift."""
STACK_NAME = re.compile(r"[A-Za-z0-9_.-]{1,100}")
"""Pulumi: what the name of a stack may be."""


@command()
def main(arguments: Sequence[str], root: Path = ROOT) -> int:
    """Run one command."""
    options = _parse(arguments)
    if options.command == "stacks":
        print(f"stacks={json.dumps(stacks(root))}")
        return 0
    if options.command == "drift":
        return look_for_drift(options.stack)
    report = plan(options.stack, options.base) if options.command == "plan" else preview(options.stack)
    return _publish(report)


def stacks(root: Path) -> list[str]:
    """Give the stacks that have a file. Raises CommandError when a file's name is no stack's."""
    names = sorted(file.name.removeprefix("Pulumi.").removesuffix(".yaml") for file in root.glob("Pulumi.*.yaml"))
    for name in names:
        if not STACK_NAME.fullmatch(name):
            raise CommandError(f"Pulumi.{name}.yaml: a stack's name is made of letters, digits, `-`, `_` and `.`")
    return names


def plan(stack: str, base: str) -> RunReport:
    """Show what the change does to the plan; no credentials. What AWS refuses fails, data loss unless accepted."""
    gate = "--fail-on-refusal" if _data_loss_is_accepted() else "--fail-on-refusal --fail-on-data-loss"
    command = ["make", "plan", f"STACK={stack}", f"BASE={base}", f"ARGS={gate}"]
    status, output = run(command)
    # make ends with a status of its own, so the plan's words tell why it failed.
    found = [says for words, says in FOUND_IN_PLAN.items() if status and words in output]
    return RunReport("Plan", stack, command, output, status, [*_verdict(output), *found])


def _verdict(plan: str) -> list[str]:
    """What the stack costs, how many warnings and violations it has, and what the change adds to the cost or saves."""
    return [line for line in plan.splitlines() if SUM in line or line.startswith(COST)]


def preview(stack: str) -> RunReport:
    """Show what the change does to the stack in AWS, and judge it by the policy pack and by the data it loses."""
    with tempfile.TemporaryDirectory() as folder:
        events = Path(folder) / "events"
        options = "--diff --color never --policy-pack policy"
        command = ["make", "preview", f"STACK={stack}", f"ARGS={options} --event-log {events}"]
        # The CLI has --event-log for its own SDKs; this is the variable by which they ask for it.
        status, output = run(command, {"PULUMI_DEBUG_COMMANDS": "true"})
        logged = events.read_text(encoding="utf-8").splitlines() if events.is_file() else []
    findings = find_losses(logged)
    if findings and not _data_loss_is_accepted():
        status = status or DATA_LOSS
        findings.append(HOW_TO_ACCEPT)
    if status == 0 and not logged:
        status = DATA_LOSS
        findings.append("The Pulumi CLI logged no events: whether data is lost could not be told.")
    return RunReport("Preview", stack, command, output, status, findings)


def look_for_drift(stack: str) -> int:
    """Compare a stack with AWS and with the program; keep one issue open for as long as they differ."""
    command = ["make", "preview", f"STACK={stack}", "ARGS=--refresh --expect-no-changes --diff --color never"]
    status, output = run(command)
    report = RunReport("Drift check", stack, command, output, status)
    report.append_to_summary()
    repository = os.environ["GITHUB_REPOSITORY"]
    if DRIFTED in output:
        title = f"Stack {stack} is not what the program says"
        github.edit_issue(repository, DRIFT, report.marker, title, report.markdown)
    elif status == 0:
        github.close_issue(repository, DRIFT, report.marker)
    return status


def _publish(report: RunReport) -> int:
    report.append_to_summary()
    # Empty for a fork, whose token may not write.
    pull_request = os.environ.get("PULL_REQUEST")
    if pull_request:
        try:
            github.edit_comment(os.environ["GITHUB_REPOSITORY"], pull_request, report.marker, report.markdown)
        except github.GitHubError as error:
            print(f"::warning::The comment could not be written: {error}")
    return report.status


def _data_loss_is_accepted() -> bool:
    return os.environ.get("DATA_LOSS_ACCEPTED") == "true"


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m scripts.ci", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("stacks", help="print the stacks as a step's output")
    for name in ("plan", "preview", "drift"):
        subparser = commands.add_parser(name)
        subparser.add_argument("--stack", required=True)
        if name == "plan":
            subparser.add_argument("--base", required=True, help="git revision to compare with")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    leave(main(sys.argv[1:]))
