"""preview, up, refresh, destroy, outputs of one stack: check what is needed, then call the Pulumi CLI.

Exit status: the CLI's own, 1 when something is missing or a destroy was not confirmed.
"""

import argparse
import os
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from health.aws import AWS_ERRORS
from problems import Problem
from problems.command import CommandError, command, leave, missing, require
from scripts import backend, dead_lock, redeploy, stack_file, state_outputs, unfinished
from scripts.aws_access import open_session
from scripts.checks import Situation, find_missing
from scripts.exported_state import ExportedState
from scripts.half_made import find_id
from scripts.pulumi_stack import PulumiError, PulumiStack, open_stack
from scripts.refused import find_refusals
from scripts.unfinished import Unfinished
from scripts.verify import Sleep

COMMANDS = ("preview", "up", "refresh", "destroy", "outputs", "pulumi")
CHANGES_RESOURCES = {"up", "refresh", "destroy"}

CLI_DIED = """\
The Pulumi CLI was killed by signal {signal}. What it was doing is half done, and the stack may still be locked.
Call make up STACK={stack} again: it says who holds a lock and what was left, and goes on."""


@command()
def main(arguments: Sequence[str], root: Path = stack_file.ROOT, sleep: Sleep = time.sleep) -> int:
    """Run one command for one stack."""
    options = _parse(arguments)
    config = stack_file.read(root, options.stack)
    situation = Situation(
        options.command, config, backend.choose(root, os.environ), options.secrets_provider, options.extra
    )
    require(find_missing(situation))
    if options.command == "destroy" and not options.yes:
        _confirm_destroy(options.stack)
    stack = open_stack(situation)
    reads = situation.creates or options.command in {"destroy", "outputs"}
    state = _state(stack, options, situation) if reads else None
    if state and options.command == "outputs":
        return (
            state_outputs.tell(state, options.extra) if state_outputs.are_missing(state) else _hand_over(stack, options)
        )
    if options.command in CHANGES_RESOURCES and dead_lock.release(stack, config.project, situation.backend):
        return _hand_over(stack, options)  # The CLI says who holds it.
    failed_before: list[str] = []
    if state and options.command != "pulumi":
        status, failed_before = _go_on(stack, state, options, situation)
    else:
        status = _hand_over(stack, options)
    if options.command != "up":
        return status
    # Pulumi does not look at services that it has not changed.
    if status == 0:
        return redeploy.settle(options.stack, failed_before, root, sleep)
    if status > 0:
        redeploy.explain(options.stack, root)
    return status


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m scripts.stack", description=__doc__, epilog="After `--`: options of the Pulumi CLI."
    )
    parser.add_argument("command", choices=COMMANDS)
    parser.add_argument("--stack", required=True)
    parser.add_argument("--yes", action="store_true", help="do not ask")
    parser.add_argument("--secrets-provider", help="key service for the secrets of a new stack (awskms://..)")
    # Split by hand: argparse would take the options behind `--` for its own mistakes.
    end = arguments.index("--") if "--" in arguments else len(arguments)
    return parser.parse_args(arguments[:end], argparse.Namespace(extra=arguments[end + 1 :]))


def _confirm_destroy(stack: str) -> None:
    """Ask for the stack's name; CommandError for another answer. Pulumi then shows what goes, and asks once more."""
    if not sys.stdin.isatty():
        raise CommandError("Destroying needs a terminal to confirm on, or YES=1. Nothing was destroyed.")
    print(f"This deletes everything that stack {stack} runs, with its data.", file=sys.stderr)
    try:
        answer = input("Type the stack's name to go on: ")
    except (EOFError, KeyboardInterrupt):
        answer = ""
    if answer.strip() != stack:
        raise CommandError("Nothing was destroyed.")


def _go_on(
    stack: PulumiStack, state: ExportedState, options: argparse.Namespace, situation: Situation
) -> tuple[int, list[str]]:
    """Preview, update or destroy a stack that was deployed before, perhaps not to the end.

    Gives the CLI's exit status, and the ECS services whose deployment had failed in the run before.
    """
    if situation.deploys:
        require(find_refusals(situation.config.root, options.stack, state))
    left = _find_unfinished(options, situation, state)
    if not left:
        return _hand_over(stack, options), []
    if options.command == "preview":
        # What `up` will read back first, without a change of the state.
        return _hand_over(stack, options, *({"--refresh"} - set(options.extra))), []
    status = unfinished.mend(stack, state, left) or _hand_over(stack, options)
    for line in unfinished.describe_lost(left):
        print(line, file=sys.stderr)
    return status, left.services


def _hand_over(stack: PulumiStack, options: argparse.Namespace, *more: str) -> int:
    status = stack.run(*_words(options), *more)
    if status < 0:
        print(CLI_DIED.format(stack=options.stack, signal=-status), file=sys.stderr)
    return status


def _state(stack: PulumiStack, options: argparse.Namespace, situation: Situation) -> ExportedState | None:
    """The stack's state; None for a stack that is made just now. Raises PulumiError, MissingError."""
    try:
        return ExportedState(stack.read("stack", "export"))
    except PulumiError as error:
        if not error.means_not_found:
            raise
    if not situation.creates:
        raise CommandError(f"There is no stack {options.stack} in {situation.backend.url}.")
    require(_foreign_file(situation))
    provider = ["--secrets-provider", options.secrets_provider] if options.secrets_provider else []
    status = stack.run("stack", "init", "--no-select", *provider, options.stack)
    if status:
        raise PulumiError(f"Stack {options.stack} could not be created.", status)
    return None


def _foreign_file(situation: Situation) -> Iterator[Problem]:
    """A stack's file names the key of its secrets once the stack exists: here it does not, so it does elsewhere."""
    config = situation.config
    if config.secrets_provider or config.encrypted:
        key = "secretsprovider" if config.secrets_provider else "encryptionsalt"
        yield missing(
            f"the stack {config.stack} in {situation.backend.url}, while {config.file.name} has the `{key}` of one",
            "Its state is in another backend: set PULUMI_BACKEND_URL to that. For a second, empty stack instead:\n"
            f'make pulumi STACK={config.stack} ARGS="stack init --no-select {config.stack}"',
        )


def _find_unfinished(options: argparse.Namespace, situation: Situation, state: ExportedState) -> Unfinished:
    session = None if situation.config.brings_credentials else open_session(situation.config)
    try:
        left = unfinished.find_unfinished(state, lambda resource: find_id(resource, session))
    except AWS_ERRORS as error:
        print(f"AWS does not tell what an earlier run left: {error}", file=sys.stderr)
        left = unfinished.find_unfinished(state, lambda resource: find_id(resource, None))
    if left:
        print(f"An earlier run of {options.stack} did not end well. Read back from AWS first:", file=sys.stderr)
        for line in unfinished.describe(left):
            print(f"  {line}", file=sys.stderr)
    return left


def _words(options: argparse.Namespace) -> list[str]:
    if options.command == "pulumi":
        # Without the state the file is still the project's: `stack rm` would delete it.
        keep = {"--preserve-config"} - set(options.extra) if [*options.extra[:2]] == ["stack", "rm"] else ()
        return [*options.extra, *keep]
    command = ["stack", "output"] if options.command == "outputs" else [options.command]
    # CI has nobody to ask; a destroy there still needs YES=1, which was required above.
    unasked = options.yes or os.environ.get("CI") == "true"
    yes = ["--yes"] if options.command in CHANGES_RESOURCES and unasked else []
    return [*command, "--stack", options.stack, *yes, *options.extra]


if __name__ == "__main__":
    leave(main(sys.argv[1:]))
