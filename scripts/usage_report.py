"""How a month's usage is told: as a table for people, as CSV or JSON for programs, and what to know when reading it."""

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass

from aws_rules import token_prices
from scripts.usage_metrics import Compared
from scripts.usage_sums import Sum

BESIDE = (
    "What Bedrock counts more: titles, tags and other tasks, temporary and deleted chats, calls with API keys or the\n"
    "gateway's own key, embeddings, and what else in this account calls the model. What it counts less: answers that\n"
    "were stopped, of which the chat may have an estimate, and models of other providers."
)


@dataclass(frozen=True, kw_only=True)
class Report:
    """A month's sums."""

    month: str
    by: str
    lines: Sequence[Sum]
    total: Sum
    unpriced: Sequence[str]
    """Models whose tokens have no price."""
    priced_elsewhere: Sequence[str]
    """Models whose price is that of another region, since the table has none of theirs."""


def table(report: Report, bedrock: Sequence[Compared], why_not: str) -> str:
    """For people."""
    head = (
        report.by,
        "answers",
        "tokens read",
        "written",
        "US dollars",
        *(["without price"] if report.unpriced else []),
    )
    rows = [head, *(_row(line, bool(report.unpriced)) for line in (*report.lines, report.total))]
    blocks = ["\n".join(_aligned(rows))]
    if bedrock:
        head = ("model", "read: chats", "Bedrock", "difference", "written: chats", "Bedrock", "difference")
        blocks.append("\n".join(_aligned([head, *map(_difference, bedrock)])))
    return "\n\n".join(blocks)


def as_csv(report: Report, _bedrock: Sequence[Compared], _why_not: str) -> str:
    """One line each, without the total."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([report.by, "month", "answers", "tokens_read", "tokens_written", "us_dollars", "unpriced_tokens"])
    for line in report.lines:
        amounts = (line.answers, line.read, line.written, f"{line.dollars:.6f}", line.unpriced)
        writer.writerow([_harmless(line.name), report.month, *amounts])
    return text.getvalue().rstrip("\n")


def as_json(report: Report, bedrock: Sequence[Compared], why_not: str) -> str:
    """All of it."""
    told = {**asdict(report), "bedrock": [asdict(one) for one in bedrock], "not_compared": why_not}
    return json.dumps({**told, "prices_as_of": str(token_prices.AS_OF)}, indent=2, ensure_ascii=False)


FORMATS: Mapping[str, Callable[[Report, Sequence[Compared], str], str]] = {
    "table": table,
    "csv": as_csv,
    "json": as_json,
}


def notes(report: Report, bedrock: Sequence[Compared], why_not: str) -> Iterator[str]:
    """What to know when reading it."""
    yield f"Token prices of {token_prices.AS_OF}, by {token_prices.SOURCE}; days and months are those of UTC."
    if report.unpriced:
        yield f"Without a price, and so without dollars: {', '.join(report.unpriced)}"
    if report.priced_elsewhere:
        there = token_prices.BASE_REGIONS[0]
        yield f"Priced as in {there}, whose price the table has: {', '.join(report.priced_elsewhere)}"
    if report.total.untold:
        yield (
            f"{report.total.untold} of {report.total.answers} answers have no tokens: they failed, were stopped, or "
            "are older than the stack's asking for them"
        )
    if report.by == "group":
        yield "Who is in several groups counts in each: the groups together may be more than the total."
    if bedrock:
        yield BESIDE
    else:
        yield f"Not compared with Bedrock's own count. {why_not}"


def _row(line: Sum, with_unpriced: bool) -> tuple[str, ...]:
    amounts = (f"{line.answers:,}", f"{line.read:,}", f"{line.written:,}", f"{line.dollars:,.2f}")
    return (line.name, *amounts, *([f"{line.unpriced:,}"] if with_unpriced else []))


def _difference(one: Compared) -> tuple[str, ...]:
    pairs = ((one.chats_read, one.bedrock_read), (one.chats_written, one.bedrock_written))
    return (
        one.model,
        *(text for ours, theirs in pairs for text in (f"{ours:,}", f"{theirs:,}", f"{theirs - ours:+,}")),
    )


def _aligned(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for first, *others in rows:
        cells = [first.ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(others, widths[1:], strict=True))]
        yield "  ".join(cells).rstrip()


def _harmless(name: str) -> str:
    """A name that no spreadsheet takes for a formula."""
    return f"'{name}" if name[:1] in "=+-@" else name
