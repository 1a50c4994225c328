"""Back to the version of Open WebUI before, with the database of that version when the newer one has changed it.

Exit status: 0 the version of before runs, 1 the newer one runs on, 2 neither, or it cannot be told.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from health.aws import AWS_ERRORS, message
from problems import Set
from problems.command import CommandError, command, lacking, leave
from problems.telling import make_command
from scripts import stack_file, webui_version
from scripts.open_webui_release import download
from scripts.stack_file import StackFile
from scripts.webui_version import OLD, UNCLEAR, Images, say

_DEFAULT_PREFIX = "webui-bedrock"


@command(failed=OLD)
def main(arguments: Sequence[str], root: Path = stack_file.ROOT) -> int:
    """Find what was there before, and deploy it."""
    parser = argparse.ArgumentParser(prog="python -m scripts.rollback", description=__doc__)
    parser.add_argument("--stack", required=True)
    parser.add_argument("--yes", action="store_true", help="do not ask")
    options = parser.parse_args(arguments)
    config = stack_file.read(root, options.stack)
    now = webui_version.read_images(options.stack, root)
    image = webui_version.image_before(now)
    return back(config, now, image, restore=_changes_the_database(image, now.registered), yes=options.yes)


def back(config: StackFile, now: Images, image: str, *, restore: bool, yes: bool) -> int:
    """Deploy an image of before, and its snapshot when its database is another; say which version runs then."""
    values = {"webui_image": _as_written(config, image, now)}
    if restore and _makes_database(config):
        values["database_snapshotIdentifier"] = _snapshot(config, now, image)
        say(f"Its database comes back as {values['database_snapshotIdentifier']} has it; what people wrote since then")
        say("stays in the final snapshot of the newer one.")
    elif restore:
        say("The newer version has changed the database, which is not the stack's: restore its backup first.")
    text = config.file.read_text(encoding="utf-8")
    webui_version.write(config, **values)
    failed = webui_version.deploy(config, yes=yes)
    if not failed and len(values) > 1:
        # The provider turns on only now what RestoreDBClusterFromSnapshot leaves out.
        failed = webui_version.deploy(config, yes=True, preview=False)
    return _told(config, image, text if len(values) == 1 else None, failed=bool(failed))


def _told(config: StackFile, image: str, text: str | None, *, failed: bool) -> int:
    """Say which version runs; a file that was changed for nothing gets its text of before, unless it names a snapshot:
    a restore that has begun must be able to go on.
    """
    try:
        now = webui_version.read_images(config.stack, config.root)
    except (CommandError, *AWS_ERRORS) as error:
        print(f"Which version runs cannot be told: {message(error)}. See: make verify STACK={config.stack}")
        return UNCLEAR
    if now.runs == image and not failed:
        print(f"The version of before runs: {image}")
        return 0
    if now.registered != image and text is not None:
        config.file.write_text(text, encoding="utf-8")
        print(f"The newer version runs on, and nothing was changed: {now.runs}")
        return OLD
    if now.registered != image:
        print(f"The newer version runs on: {now.runs}. The stack's file names {image} and the snapshot: make up")
        print(f"STACK={config.stack} tries once more. Leave both in until one has ended well.")
        return OLD
    print(f"{now.runs} runs; {image} is on its way and not in place: make up STACK={config.stack}")
    return UNCLEAR


def _changes_the_database(before: str, now: str) -> bool:
    """Whether the newer version brings migrations; yes when nobody can tell."""
    try:
        old, new = (download(webui_version.version_in(image)) for image in (before, now))
    except CommandError as error:
        say(f"{error}: taken as one that changes the database.")
        return True
    return bool(new.migrations - old.migrations)


def _makes_database(config: StackFile) -> bool:
    database = config.get("database") or {}
    return bool(database.get("enabled", True)) and not database.get("urlSecretArn")


def _snapshot(config: StackFile, now: Images, image: str) -> str:
    stack = config.stack
    if str(config.get("protect")).lower() == "true":
        lift = make_command(Set(("protect",), False), stack, config.project)
        what = f"the release of {stack}'s protection: the database is replaced"
        raise lacking(what, f"{lift}\nmake up STACK={stack}")
    found = webui_version.snapshot_of(now.deployed, str(config.get("namePrefix") or _DEFAULT_PREFIX), image)
    if found is None:
        way = f"make restore STACK={stack} TIME=<a moment before the upgrade>, then set webui.image back"
        raise lacking(f"a snapshot of the database of {image}", way)
    return found


def _as_written(config: StackFile, image: str, now: Images) -> str:
    """The image with the placeholders of the stack's file, where it is from the same repository."""
    name, _, _ = webui_version.configured_image(config).partition("@")[0].rpartition(":")
    same, _, rest = image.partition("@")
    repository, _, tag = same.rpartition(":")
    if webui_version.filled_in(name, now.deployed) != repository:
        return image
    return f"{name}:{tag}@{rest}" if rest else f"{name}:{tag}"


if __name__ == "__main__":
    leave(main(sys.argv[1:]))
