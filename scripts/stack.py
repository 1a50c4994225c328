"""preview, up, refresh, destroy, outputs of one stack: check what is needed, then call the Pulumi CLI.

Exit status: the CLI's own, 1 when something is missing or a destroy was not confirmed.
"""

import argparse
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from scripts import backend, stack_config
from scripts.checks import Situation, find_missing
from scripts.findings import report
from scripts.pulumi_cli import InstallError, ensure_cli

COMMANDS = ("preview", "up", "refresh", "destroy", "outputs", "pulumi")
CREATES_STACK = {"preview", "up", "pulumi"}
CHANGES_RESOURCES = {"up", "refresh", "destroy"}


def main(arguments: Sequence[str], root: Path = stack_config.ROOT) -> int:
    """Run one command for one stack."""
    options = _parse(arguments)
    try:
        config = stack_config.read(root, options.stack)
    except stack_config.ConfigFileError as error:
        print(error, file=sys.stderr)
        return 1
    situation = Situation(options.command, config, backend.choose(root, os.environ), options.secrets_provider)
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
    return input("Type the stack's name to go on: ").strip() == stack


def _run(options: argparse.Namespace, situation: Situation) -> int:
    try:
        cli = ensure_cli()
    except InstallError as error:
        print(error, file=sys.stderr)
        return 1
    environment = os.environ | situation.backend.prepare(passphrase=situation.needs_passphrase)

    def pulumi(*words: str) -> int:
        command = [str(cli), *words]
        return subprocess.run(command, cwd=situation.config.root, env=environment, check=False).returncode

    if options.command in CREATES_STACK:
        provider = ["--secrets-provider", options.secrets_provider] if options.secrets_provider else []
        status = pulumi("stack", "select", "--create", *provider, options.stack)
        if status:
            return status
    return pulumi(*_words(options))


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
