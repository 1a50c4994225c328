"""Bring the table of Bedrock's models up to date, or try the models of a stack once each.

Exit status of --check: 0 every model answers, 1 one does not, 2 it cannot be told.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import settings
from aws_rules import models as catalog
from health.aws import AWS_ERRORS, PATIENT, Aws, message
from problems.command import CommandError, command, leave
from scripts import model_table, stack_file
from scripts.aws_access import NO_REGION, sign_in
from scripts.model_access import Verdict, try_each
from settings.clock import today
from settings.rules.parts import named_models

CANNOT_TELL = 2


@command(failed=CANNOT_TELL)
def main(arguments: Sequence[str], root: Path = stack_file.ROOT, table: Path = catalog.TABLE) -> int:
    """Renew the table, or check."""
    parser = argparse.ArgumentParser(prog="python -m scripts.models", description=__doc__)
    parser.add_argument("--check", action="store_true", help="call each model of the stack once, with a few tokens")
    parser.add_argument("--stack", default="dev")
    parser.add_argument("--regions", default="", help="regions to ask, divided by commas (default: all of the table)")
    options = parser.parse_args(arguments)
    if options.check:
        return _check(root, options.stack)
    return _renew(root, options.stack, table, [name for name in options.regions.split(",") if name])


def _renew(root: Path, stack: str, table: Path, regions: Sequence[str]) -> int:
    text = table.read_text(encoding="utf-8")
    rows = model_table.rows_of(text)
    session, _ = sign_in(stack_file.read(root, stack))
    listings = {}
    for region in regions or sorted({place for row in rows.values() for place in row.get("regions", [])}):
        try:
            listings[region] = model_table.list_region(session.client("bedrock", region_name=region))
        except AWS_ERRORS as error:
            print(f"{region} was not asked: {message(error)}", file=sys.stderr)
    if not listings:
        raise CommandError("no region answered; the table stays as it is")
    renewal = model_table.renew(rows, listings)
    for note in renewal.notes:
        print(note, file=sys.stderr)
    table.write_text(model_table.rendered(text, renewal.rows, today()), encoding="utf-8")
    print(f"{table.name}: {len(renewal.rows)} models, {len(listings)} regions asked, renewed {today()}")
    return 0


def _check(root: Path, stack: str) -> int:
    file = stack_file.read(root, stack)
    session, account = sign_in(file)
    region = session.region_name
    if not region:
        raise CommandError(f"{NO_REGION.rule} is missing: {NO_REGION.remedy}")
    own = {key.partition(":")[2]: value for key, value in file.values.items() if key.startswith(f"{file.project}:")}
    parsed = settings.parse(own, region=region)
    by_region: dict[str, list[str]] = {}
    for model in dict.fromkeys(model for _, model in named_models(parsed)):
        by_region.setdefault(parsed.gateway.region_of(model, region), []).append(model)
    verdicts = []
    for called_in, models in by_region.items():
        print(f"Calling {len(models)} models in {called_in} as you, in account {account}.", file=sys.stderr)
        clients = {
            service: session.client(service, region_name=called_in, config=PATIENT)
            for service in ("bedrock", "bedrock-runtime")
        }
        for verdict in try_each(Aws(session, clients), called_in, models):
            verdicts.append(verdict)
            print(_told(verdict))
    return 0 if all(verdict.answers for verdict in verdicts) else 1


def _told(verdict: Verdict) -> str:
    remedy = "".join(f"\n    {line}" for line in verdict.remedy.splitlines())
    return f"{verdict.model_id}: {verdict.told}{remedy}"


if __name__ == "__main__":
    leave(main(sys.argv[1:]))
