"""preview, up, refresh, destroy, outputs of one stack: check what is needed, then call the Pulumi CLI.

Exit status: the CLI's own, 1 when something is missing or a destroy was not confirmed.
"""

import argparse
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from scripts import backend, dead_lock, redeploy, stack_config, unfinished
from scripts.aws_access import AWS_ERRORS, open_session
from scripts.checks import Situation, find_missing
from scripts.exported_state import ExportedState
from scripts.findings import Finding, report
from scripts.half_made import find_id
from scripts.pulumi_cli import InstallError
from scripts.pulumi_stack import PulumiError, PulumiStack, StackNotFoundError, open_stack
from scripts.refused import find_refusals
from scripts.unfinished import Unfinished

COMMANDS = ("preview", "up", "refresh", "destroy", "outputs", "pulumi")
CHANGES_RESOURCES = {"up", "refresh", "destroy"}

CLI_DIED = """\
The Pulumi CLI was killed by signal {signal}. What it was doing is half done, and the stack may still be locked:
make backend STACK={stack} shows by whom. Then call make up STACK={stack} again: it says what was left, and goes on."""


def main(arguments: Sequence[str], root: Path = stack_config.ROOT) -> int:
    """Run one command for one stack."""
    options = _parse(arguments)
    try:
        config = stack_config.read(root, options.stack)
    except stack_config.ConfigFileError as error:
        print(error, file=sys.stderr)
        return 1
    situation = Situation(
        options.command, config, backend.choose(root, os.environ), options.secrets_provider, options.extra
    )
    if not report(options.command, find_missing(situation)):
        return 1
    if options.command == "destroy" and not options.yes and not _confirms_destroy(options.stack):
        print("Nothing was destroyed.", file=sys.stderr)
        return 1
    return _run(options, situation)


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="scripts.stack", description=__doc__, epilog="After `--`: options of the Pulumi CLI."
    )
    parser.add_argument("command", choices=COMMANDS)
    parser.add_argument("--stack", required=True)
    parser.add_argument("--yes", action="store_true", help="do not ask")
    parser.add_argument("--secrets-provider", help="key service for the secrets of a new stack (awskms://..)")
    # Split by hand: argparse would take the options behind `--` for its own mistakes.
    end = arguments.index("--") if "--" in arguments else len(arguments)
    return parser.parse_args(arguments[:end], argparse.Namespace(extra=arguments[end + 1 :]))


def _confirms_destroy(stack: str) -> bool:
    """Ask for the stack's name. Pulumi then shows what goes, and asks once more."""
    if not sys.stdin.isatty():
        print("Destroying needs a terminal to confirm on, or YES=1.", file=sys.stderr)
        return False
    print(f"This deletes everything that stack {stack} runs, with its data.")
    try:
        return input("Type the stack's name to go on: ").strip() == stack
    except (EOFError, KeyboardInterrupt):
        print()
        return False


def _run(options: argparse.Namespace, situation: Situation) -> int:
    try:
        stack = open_stack(situation)
        state = _state(stack, options, situation) if situation.creates or options.command == "destroy" else None
    except InstallError as error:
        print(error, file=sys.stderr)
        return 1
    except PulumiError as error:
        print(error, file=sys.stderr)
        return error.status
    if options.command in CHANGES_RESOURCES and not report(options.command, _held_locks(stack, situation)):
        return 1
    if state and options.command != "pulumi":
        return _go_on(stack, state, options, situation)
    return _hand_over(stack, options)


def _go_on(stack: PulumiStack, state: ExportedState, options: argparse.Namespace, situation: Situation) -> int:
    """Preview, update or destroy a stack that was deployed before, perhaps not to the end."""
    if situation.deploys and not report(options.command, find_refusals(situation.config.root, options.stack, state)):
        return 1
    found = _find_unfinished(options, situation, state)
    if not found:
        return _hand_over(stack, options)
    if options.command == "preview":
        # What `up` will read back first, without a change of the state.
        return _hand_over(stack, options, *({"--refresh"} - set(options.extra)))
    status = unfinished.mend(stack, state, found) or _hand_over(stack, options)
    for line in unfinished.describe_lost(found):
        print(line, file=sys.stderr)
    if status == 0 and options.command == "up" and found.services:
        return redeploy.retry(options.stack, found.services, situation.config.root)
    return status


def _hand_over(stack: PulumiStack, options: argparse.Namespace, *more: str) -> int:
    status = stack.run(*_words(options), *more)
    if status < 0:
        print(CLI_DIED.format(stack=options.stack, signal=-status), file=sys.stderr)
    return status


def _held_locks(stack: PulumiStack, situation: Situation) -> Iterator[Finding]:
    """Whoever works on the stack now; what the state says of pending operations is about that run."""
    try:
        held = dead_lock.release(stack, situation.config.project, situation.backend)
    except AWS_ERRORS:
        # The CLI is about to meet the same, and says it.
        return
    for lock in held:
        yield Finding(
            f"the lock of stack {stack.name}: {lock}",
            "Wait for that run to end. When its process is dead:\n"
            f'make pulumi STACK={stack.name} ARGS="cancel --stack {stack.name} --yes"',
        )


def _state(stack: PulumiStack, options: argparse.Namespace, situation: Situation) -> ExportedState | None:
    """The stack's state; None for a stack that is made just now. Raises PulumiError."""
    try:
        return ExportedState(stack.read("stack", "export"))
    except StackNotFoundError:
        if not situation.creates:
            raise PulumiError(f"There is no stack {options.stack} in {situation.backend.url}.", 1) from None
        if not report(options.command, _foreign_file(situation)):
            raise PulumiError("Nothing was created.", 1) from None
        provider = ["--secrets-provider", options.secrets_provider] if options.secrets_provider else []
        status = stack.run("stack", "init", "--no-select", *provider, options.stack)
        if status:
            raise PulumiError(f"Stack {options.stack} could not be created.", status) from None
        return None


def _foreign_file(situation: Situation) -> Iterator[Finding]:
    """A stack's file names the key of its secrets once the stack exists: here it does not, so it does elsewhere."""
    config = situation.config
    if config.secrets_provider or config.encrypted:
        key = "secretsprovider" if config.secrets_provider else "encryptionsalt"
        yield Finding(
            f"the stack {config.stack} in {situation.backend.url}, while {config.file.name} has the `{key}` of one",
            "Its state is in another backend: set PULUMI_BACKEND_URL to that. For a second, empty stack instead:\n"
            f'make pulumi STACK={config.stack} ARGS="stack init --no-select {config.stack}"',
        )


def _find_unfinished(options: argparse.Namespace, situation: Situation, state: ExportedState) -> Unfinished:
    session = None if situation.config.brings_credentials else open_session(situation.config)
    try:
        found = unfinished.find_unfinished(state, lambda resource: find_id(resource, session))
    except AWS_ERRORS as error:
        print(f"AWS does not tell what an earlier run left: {error}", file=sys.stderr)
        found = unfinished.find_unfinished(state, lambda resource: find_id(resource, None))
    if found:
        print(f"An earlier run of {options.stack} did not end well. Read back from AWS first:", file=sys.stderr)
        for line in unfinished.describe(found):
            print(f"  {line}", file=sys.stderr)
    return found


def _words(options: argparse.Namespace) -> list[str]:
    if options.command == "pulumi":
        return list(options.extra)
    command = ["stack", "output"] if options.command == "outputs" else [options.command]
    # CI has nobody to ask; a destroy there still needs YES=1, which was required above.
    unasked = options.yes or os.environ.get("CI") == "true"
    yes = ["--yes"] if options.command in CHANGES_RESOURCES and unasked else []
    return [*command, "--stack", options.stack, *yes, *options.extra]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
