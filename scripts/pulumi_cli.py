"""The Pulumi CLI: the one on PATH, or else installed once with its official installer."""

import shutil
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

from problems.command import CommandError

INSTALLER = "https://get.pulumi.com"
STDERR = 2
"""Where the installer tells what it does: standard output belongs to the command's answer."""


def find_cli() -> Path | None:
    """Find the CLI on PATH, or where its installer puts it."""
    on_path = shutil.which("pulumi")
    if on_path:
        return Path(on_path)
    installed = _installed()
    return installed if installed.is_file() else None


def ensure_cli() -> Path:
    """Find the CLI, or install the version of the pinned SDK. Raises CommandError."""
    cli = find_cli()
    if cli:
        return cli
    # CLI and SDK are released together; the same version of both is what is tested.
    wanted = version("pulumi")
    print(f"Installing the Pulumi CLI {wanted} into {_installed().parent}", file=sys.stderr)
    try:
        script = subprocess.run(["curl", "-fsSL", INSTALLER], check=True, stdout=subprocess.PIPE).stdout
        # --no-edit-path: the user's shell profile is not ours to change.
        options = ["--version", wanted, "--no-edit-path"]
        subprocess.run(["sh", "-s", "--", *options], check=True, input=script, stdout=STDERR)
    except subprocess.CalledProcessError as error:
        raise CommandError(
            f"The Pulumi CLI could not be installed: `{error.cmd[0]}` ended with status {error.returncode}.\n"
            "Install it by hand: https://www.pulumi.com/docs/install/"
        ) from error
    if not _installed().is_file():
        raise CommandError(f"The Pulumi installer ended well, but {_installed()} is not there.")
    print(f"To call it yourself, add {_installed().parent} to PATH.", file=sys.stderr)
    return _installed()


def _installed() -> Path:
    return Path.home() / ".pulumi" / "bin" / "pulumi"
