"""Who used how many tokens in a month and what they cost, by Open WebUI's records, beside what Amazon Bedrock counted.

The answer is a table, CSV or JSON; what it rests on, and what differs, is told beside it.
"""

import argparse
import re
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import boto3

import settings
from aws_rules import token_prices
from aws_rules.token_prices import TokenPrice
from health.aws import AWS_ERRORS, Aws, message
from problems.command import CommandError, command, leave
from scripts import stack_file, usage_metrics, usage_records, usage_report, usage_sums
from scripts.deployed import read_deployed
from scripts.usage_records import Records
from scripts.usage_report import Report
from settings.gateway import GatewaySettings

MONTH = re.compile(r"20\d\d-(0[1-9]|1[0-2])")


@command()
def main(arguments: Sequence[str], root: Path = stack_file.ROOT) -> int:
    """Ask a task of Open WebUI, then CloudWatch, and print."""
    options = parse(arguments)
    month = _month(options.month)
    deployed = read_deployed("usage", options.stack, root)
    records = usage_records.ask(deployed, month)
    if not records.used:
        raise CommandError(_nothing(records, month))
    gateway, region = _gateway(root, options.stack), deployed.aws.session.region_name
    report = make_report(records, month, options.by, gateway, region)
    bedrock, why_not = _bedrock(deployed.aws, records, month, gateway)
    print(usage_report.FORMATS[options.format](report, bedrock, why_not))
    for line in usage_report.notes(report, bedrock, why_not):
        print(line, file=sys.stderr)
    return 0


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m scripts.usage", description=__doc__)
    parser.add_argument("--stack", required=True)
    parser.add_argument("--month", default="", help="of UTC, such as 2026-11")
    parser.add_argument("--by", choices=[*usage_sums.KEYS], default="user")
    parser.add_argument("--format", choices=[*usage_report.FORMATS], default="table")
    return parser.parse_args(arguments)


def make_report(records: Records, month: str, by: str, gateway: GatewaySettings, region: str) -> Report:
    """The sums of a month, with the prices of where each model is called."""

    def price(model: str) -> TokenPrice | None:
        return token_prices.find(model, gateway.region_of(model, region))

    prices = {model: price(model) for model in sorted({row.model for row in records.used})}
    return Report(
        month=month,
        by=by,
        lines=usage_sums.sums(records.used, by, price),
        total=usage_sums.total(records.used, price),
        unpriced=[model for model, found in prices.items() if found is None],
        priced_elsewhere=[model for model, found in prices.items() if found and found.of_region],
    )


def _month(text: str) -> str:
    now = datetime.now(UTC).strftime("%Y-%m")
    if not MONTH.fullmatch(text):
        read = f"read {text!r}" if text else "it is missing"
        raise CommandError(f"MONTH must be a year and a month such as {now}: {read}")
    if text > now:
        raise CommandError(f"MONTH {text} has not begun: it is {now}")
    return text


def _nothing(records: Records, month: str) -> str:
    if records.first_month is None:
        return f"nobody has been answered in {month}: Open WebUI's database has no answer at all"
    return (
        f"nobody has been answered in {month}: the answers in Open WebUI's database are from "
        f"{records.first_month} to {records.last_month}"
    )


def _gateway(root: Path, stack: str) -> GatewaySettings:
    file = stack_file.read(root, stack)
    own = {key.partition(":")[2]: value for key, value in file.values.items() if key.startswith(f"{file.project}:")}
    return settings.parse(own).gateway


def _bedrock(
    aws: Aws, records: Records, month: str, gateway: GatewaySettings
) -> tuple[list[usage_metrics.Compared], str]:
    """Each model by both counts; or nothing, and why."""
    if gateway.roles:
        return [], "Bedrock is called as another role: the metrics are in that account"
    by_region: dict[str, set[str]] = {}
    for model in {row.model for row in records.used}:
        by_region.setdefault(gateway.region_of(model, aws.session.region_name), set()).add(model)
    found: Mapping[str, tuple[int, int]] = {}
    try:
        for region, models in by_region.items():
            there = boto3.Session(profile_name=_profile(aws), region_name=region)
            found = {**found, **usage_metrics.counted(Aws(there), month, models)}
    except AWS_ERRORS as error:
        return [], f"CloudWatch was not read: {message(error)}"
    return usage_metrics.compared(records.used, found), ""


def _profile(aws: Aws) -> str | None:
    name = str(aws.session.profile_name)
    return None if name == "default" else name


if __name__ == "__main__":
    leave(main(sys.argv[1:]))
