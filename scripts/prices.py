"""Renew the plan's prices: by AWS's price list, or those of tokens by LiteLLM's list."""

import argparse
import hashlib
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from aws_rules import token_prices
from health.aws import AWS_ERRORS, PATIENT, message
from offline.cost.prices import TABLE
from problems.clock import today
from problems.command import CommandError, command, leave
from scripts import price_list, stack_file, token_price_table
from scripts.aws_access import sign_in

PRICE_LIST_REGION = "us-east-1"
"""One of the three that answer for the whole list (boto3: `Session().get_available_regions("pricing")`)."""


@command()
def main(
    arguments: Sequence[str],
    root: Path = stack_file.ROOT,
    table: Path = TABLE,
    tokens: Path = token_prices.TABLE,
) -> int:
    """Write one of the two files anew, and say what has changed."""
    parser = argparse.ArgumentParser(prog="python -m scripts.prices", description=__doc__)
    parser.add_argument("--stack", default="dev", help="whose credentials are used")
    parser.add_argument("--src", type=Path, help="LiteLLM's model_prices_and_context_window.json")
    options = parser.parse_args(arguments)
    return _renew_tokens(options.src, tokens) if options.src else _renew(root, options.stack, table)


def _renew(root: Path, stack: str, table: Path) -> int:
    session, _ = sign_in(stack_file.read(root, stack))
    client = session.client("pricing", region_name=PRICE_LIST_REGION, config=PATIENT)
    try:
        renewal = price_list.asked(client)
    except AWS_ERRORS as error:
        raise CommandError(f"{table.name} stays as it is. The price list did not answer: {message(error)}") from error
    if not renewal.prices:
        raise CommandError(f"{table.name} stays as it is: the price list has none of its prices")
    for note in renewal.notes:
        print(note, file=sys.stderr)
    old = table.read_text(encoding="utf-8")
    new = price_list.rendered(old, renewal.prices, today())
    table.write_text(new, encoding="utf-8")
    for change in price_list.changes(old, new):
        print(change)
    regions = len(renewal.prices.keys() - {price_list.EVERYWHERE})
    by_hand = ", ".join(price_list.by_hand(new))
    print(f"{table.name}: {regions} regions as of {today()}; not in the list, so as they were: {by_hand}")
    return 0


def _renew_tokens(source: Path, table: Path) -> int:
    content = source.read_bytes()
    try:
        rows = token_price_table.rows_of(json.loads(content))
    except (ValueError, AttributeError) as error:
        raise CommandError(f"{source} is not LiteLLM's list of models and prices: {error}") from None
    if not rows:
        raise CommandError(f"{source} has no price of any model in aws_rules/models.toml")
    told = f"LiteLLM, {source.name}, sha256 {hashlib.sha256(content).hexdigest()[:12]}"
    old = table.read_text(encoding="utf-8")
    table.write_text(token_price_table.rendered(old, rows, told, today()), encoding="utf-8")
    print(f"{table.name}: {len(rows)} ids as of {today()}")
    return 0


if __name__ == "__main__":
    leave(main(sys.argv[1:]))
