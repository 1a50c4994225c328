"""Plans a stack as another git revision has it, with this tree's offline engine and the installed packages."""

import gc
import io
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager, redirect_stdout
from multiprocessing import get_context
from pathlib import Path

from pulumi import RunError

from offline import stack_files
from offline.engine import record_stack
from offline.engine.recording import Recording
from problems.command import CommandError

_THIS_TREE = Path(__file__).resolve().parents[2]


class RevisionError(CommandError):
    """The revision cannot be planned; the message says why in one line."""


def describe(root: Path, ref: str) -> str:
    """Abbreviated hash and subject of a revision; RevisionError when there is none of that name."""
    try:
        commit = _git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}").strip()
    except subprocess.CalledProcessError:
        raise RevisionError(
            f"there is no git revision '{ref}' here; a shallow clone may lack it: git fetch --unshallow"
        ) from None
    return _git(root, "log", "-1", "--format=%h %s", commit).strip()


def has_local_changes(root: Path) -> bool:
    """Whether the working tree differs from what is checked out."""
    return bool(_git(root, "status", "--porcelain", "--", "."))


@contextmanager
def checked_out(root: Path, ref: str) -> Iterator[Path]:
    """The files of a revision in a temporary folder; neither the working tree nor git's state is touched."""
    describe(root, ref)
    archive = _git_bytes(root, "archive", "--format=tar", ref)
    with tempfile.TemporaryDirectory(prefix="plan-base-") as folder:
        with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
            # Debian 12's Python 3.11.2 knows no filters yet; the archive is git's own.
            tar.extraction_filter = getattr(tarfile, "data_filter", None)
            tar.extractall(folder)  # noqa: S202  # through that filter
        yield Path(folder)


def record_revisions(root: Path, ref: str, stack: str) -> tuple[Recording, Recording]:
    """(the plan at `ref`, the plan of `root` as it is), made at the same time in two processes.

    Each has the stack's file of its own revision. Raises an error for people when one of them cannot be planned.
    """
    with checked_out(root, ref) as tree:
        _check_files(tree, ref, stack)
        # A process of its own: modules of the same name from both revisions cannot be in one.
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as other:
            base = other.submit(_record, tree, stack)
            present = record_stack(root, stack)
            try:
                return base.result(), present
            except (RunError, CommandError) as error:
                raise RevisionError(f"at '{ref}': {error}") from None


def _check_files(tree: Path, ref: str, stack: str) -> None:
    if not (tree / "Pulumi.yaml").is_file() or not (tree / "__main__.py").is_file():
        raise RevisionError(f"'{ref}' has no Pulumi program: Pulumi.yaml or __main__.py is missing there")
    if not (tree / f"Pulumi.{stack}.yaml").is_file():
        names = ", ".join(stack_files.stacks(tree)) or "none"
        raise RevisionError(f"'{ref}' has no stack named '{stack}'; stacks there are: {names}")


def _record(tree: Path, stack: str) -> Recording:
    """Runs in the other process; only the offline package, and what it has loaded, may come from this tree."""
    gc.disable()
    theirs = {path.stem for path in tree.iterdir()} - {"offline", "__main__"}
    for name in [name for name in sys.modules if name.partition(".")[0] in theirs]:
        del sys.modules[name]
    sys.path[:] = [entry for entry in sys.path if Path(entry).resolve() != _THIS_TREE]
    try:
        with redirect_stdout(sys.stderr):
            return record_stack(tree, stack)
    except (RunError, CommandError) as error:
        raise RevisionError(str(error)) from None
    except Exception as error:  # noqa: BLE001 - only this process has the classes of that revision's errors
        raise RevisionError(f"the program fails with {type(error).__name__}: {error}") from None


def _git(root: Path, *args: str) -> str:
    return _git_bytes(root, *args).decode()


def _git_bytes(root: Path, *args: str) -> bytes:
    try:
        return subprocess.run(["git", *args], cwd=root, check=True, capture_output=True).stdout
    except FileNotFoundError:
        raise RevisionError("a plan against another revision needs git, which is not installed") from None
