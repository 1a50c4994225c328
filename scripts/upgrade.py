"""Another version of Open WebUI: looked at, tried on this machine, deployed and judged.

Exit status: 0 the new version runs, 1 the one of before runs, 2 neither, or it cannot be told.
"""

import argparse
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from health.aws import AWS_ERRORS, message
from health.verdicts import Judgement, examine, judge
from offline.engine import record_stack
from offline.stack_files import short_name
from problems.command import CommandError, command, lacking, leave, require
from scripts import rollback, stack_file, webui_version
from scripts.image_digest import NoImageError, digest_of
from scripts.open_webui_release import download, version_of
from scripts.stack_file import StackFile
from scripts.upgrade_check import Fit, fit
from scripts.webui_version import NEW, OLD, UNCLEAR, WEBUI, Images, say


@command(failed=OLD)
def main(arguments: Sequence[str], root: Path = stack_file.ROOT) -> int:
    """Check everything before anything is touched, then change the stack's file and deploy it."""
    options = _parse(arguments)
    version = version_of(options.version)
    config = stack_file.read(root, options.stack)
    before = webui_version.read_images(options.stack, root)
    _require_a_start(before, version, config)
    image = webui_version.with_version(webui_version.configured_image(config), version)
    release = fit(
        record_stack(root, short_name(options.stack)),
        download(webui_version.version_in(before.registered)),
        download(version),
    )
    require(release.problems)
    for note in release.notes:
        say(f"  {note}")
    image = _pinned(image, before)
    if options.attempt:
        _try(root, options.stack, image)
    _say_what_stays(config, release)
    return _deploy(config, before, image, release, yes=options.yes)


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m scripts.upgrade", description=__doc__)
    parser.add_argument("--stack", required=True)
    parser.add_argument("--version", required=True, help="such as v0.12.4")
    parser.add_argument("--no-try", dest="attempt", action="store_false", help="do not run it on this machine first")
    parser.add_argument("--yes", action="store_true", help="do not ask")
    return parser.parse_args(arguments)


def _require_a_start(before: Images, version: str, config: StackFile) -> None:
    """A version that is newer, and a stack that runs what it has registered. Raises CommandError."""
    configured = webui_version.filled_in(webui_version.configured_image(config), before.deployed)
    runs = webui_version.version_in(before.registered)
    if not webui_version.older(runs, version):
        raise CommandError(
            f"{config.stack} has Open WebUI {runs}, which is not older. Back to an older one: make rollback"
        )
    if configured != before.registered:
        raise lacking(
            f"{before.registered} in {config.file.name}: it names {configured}", f"make up STACK={config.stack}"
        )
    if judge(examine(before.deployed, [WEBUI])) is not Judgement.RUNS:
        raise lacking("an Open WebUI that runs as it was deployed", f"make verify STACK={config.stack}")


def _pinned(image: str, before: Images) -> str:
    """The image by its digest, where the registry tells it. Raises CommandError for one that does not exist."""
    try:
        return f"{image}@{digest_of(webui_version.filled_in(image, before.deployed), before.deployed.aws)}"
    except NoImageError as error:
        raise CommandError(f"{error}. In ECR it is after: make mirror-image IMAGE=<upstream's>") from error
    except (CommandError, *AWS_ERRORS) as error:
        say(f"  digest: not pinned, since {message(error)}")
        return image


def _try(root: Path, stack: str, image: str) -> None:
    say(f"Trying {image} on this machine (UNTRIED=1 leaves that out).")
    words = [sys.executable, "-m", "live", "--stack", short_name(stack), "--image", image, "--once"]
    if subprocess.run(words, cwd=root, check=False).returncode:
        raise CommandError("It does not run on this machine as this stack sets it up. Nothing was changed.")


def _say_what_stays(config: StackFile, release: Fit) -> None:
    database = config.get("database") or {}
    kept = database.get("enabled", True) and not database.get("urlSecretArn") and database.get("upgradeSnapshot", True)
    if release.migrates and not kept:
        say("  No snapshot is taken of this database: back it up before you say yes, there is no other way back.")


def _deploy(config: StackFile, before: Images, image: str, release: Fit, *, yes: bool) -> int:
    text = config.file.read_text(encoding="utf-8")
    webui_version.write(config, webui_image=image)
    status = webui_version.deploy(config, yes=yes)
    try:
        now = webui_version.read_images(config.stack, config.root)
        wanted = webui_version.filled_in(image, now.deployed)
        if now.runs == wanted:
            return _new(config, image, whole=status == 0)
        if now.runs == before.runs and not (release.migrates and any(webui_version.migrated(now, before))):
            return _as_before(config, before, now, text)
        print(f"{image} did not start, and has changed the database, which {before.runs} cannot be left with.")
        return UNCLEAR if rollback.back(config, now, before.runs, restore=True, yes=yes) else OLD
    except (CommandError, *AWS_ERRORS) as error:
        print(f"Which version runs cannot be told: {message(error)}. See: make verify STACK={config.stack}")
        return UNCLEAR


def _new(config: StackFile, image: str, *, whole: bool) -> int:
    back = f"Back to the version before: make rollback STACK={config.stack}"
    if whole:
        print(f"The new version runs: {image}. {back}")
        return NEW
    print(f"The new version is deployed, {image}, but not everything is in place: make up STACK={config.stack}. {back}")
    return UNCLEAR


def _as_before(config: StackFile, before: Images, now: Images, text: str) -> int:
    """Nothing of the new version is left: the file, and where it was registered the service, are those of before."""
    config.file.write_text(text, encoding="utf-8")
    if now.registered != before.registered and webui_version.deploy(config, yes=True, preview=False):
        print(
            f"The version of before runs, {before.runs}, but not everything is in place: make up STACK={config.stack}"
        )
        return UNCLEAR
    print(f"The version of before runs, and nothing of it was changed: {before.runs}")
    return OLD


if __name__ == "__main__":
    leave(main(sys.argv[1:]))
