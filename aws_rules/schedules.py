"""Schedule expressions of Application Auto Scaling: cron(...), rate(...), at(...) and their time zones."""

import re
import zoneinfo
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from types import MappingProxyType

_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_DAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
_NO_NAMES: Mapping[str, int] = MappingProxyType({})
_FIELDS = (
    ("minutes", 0, 59, _NO_NAMES),
    ("hours", 0, 23, _NO_NAMES),
    ("day-of-month", 1, 31, _NO_NAMES),
    ("month", 1, 12, {name: number for number, name in enumerate(_MONTHS, 1)}),
    ("day-of-week", 1, 7, {name: number for number, name in enumerate(_DAYS, 1)}),
    ("year", 1970, 2199, _NO_NAMES),
)
_SHAPES = "cron(minutes hours day-of-month month day-of-week year), rate(5 minutes) or at(2030-01-31T08:00:00)"
_RATE = re.compile(r"([1-9][0-9]{0,5}) (minute|hour|day)(s?)")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


def name_problem(name: str) -> str | None:
    """The name of a schedule, as one part of a scheduled action's name."""
    return None if _NAME.fullmatch(name) else "must be 1 to 64 letters, digits, dots, hyphens or underscores"


def expression_problem(expression: str) -> str | None:
    """What is allowed if PutScheduledAction would refuse the expression, else None."""
    match = re.fullmatch(r"(cron|rate|at)\((.{1,200})\)", expression)
    if match is None:
        return f"must be {_SHAPES} (Application Auto Scaling)"
    kind, body = match.groups()
    return {"cron": _cron_problem, "rate": _rate_problem, "at": _at_problem}[kind](body)


def timezone_problem(name: str) -> str | None:
    """What is allowed if `name` is no IANA time zone, else None.

    A machine without a time zone database cannot know: there any name of the right shape passes.
    """
    known = _known_timezones()
    if name in known if known else re.fullmatch(r"[A-Za-z_]+(?:/[A-Za-z0-9_+-]+){0,2}", name):
        return None
    return "must be an IANA time zone such as UTC or Europe/Berlin"


@cache
def _known_timezones() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones() - {"localtime", "posixrules", "Factory"})


def minutes_of_week(expression: str) -> frozenset[int] | None:
    """When it acts in each week, in minutes from Sunday 00:00; None where weeks differ, as with days of the month."""
    fields = expression.removeprefix("cron(").removesuffix(")").split()
    if expression_problem(expression) or len(fields) != len(_FIELDS):
        return None
    minutes, hours, day_of_month, month, day_of_week, year = fields
    if {day_of_month, month, year} - {"*", "?"} or set("L#") & set(day_of_week):
        return None
    chosen = [_expanded(text, *_FIELDS[place][1:]) for place, text in ((0, minutes), (1, hours))]
    days = _expanded(day_of_week.replace("?", "*"), *_FIELDS[4][1:])
    return frozenset(
        ((day - 1) * 24 + hour) * 60 + minute for day in days for hour in chosen[1] for minute in chosen[0]
    )


def _expanded(text: str, low: int, high: int, names: Mapping[str, int]) -> set[int]:
    """The numbers that a field of a valid expression stands for."""
    numbers: set[int] = set()
    for item in text.split(","):
        span, slash, step = item.partition("/")
        first, dash, last = ("*", "", "") if span == "*" else span.partition("-")
        start = low if first == "*" else _number(first, names)
        end = high if first == "*" or (slash and not dash) else _number(last if dash else first, names)
        if start is not None and end is not None:
            numbers |= set(range(start, end + 1, int(step or 1)))
    return numbers


def _rate_problem(body: str) -> str | None:
    match = _RATE.fullmatch(body)
    if match and (match.group(1) == "1") != bool(match.group(3)):
        return None
    return "must be rate(1 minute), rate(5 minutes), rate(1 hour), rate(2 days) and the like"


def _at_problem(body: str) -> str | None:
    try:
        datetime.strptime(f"{body}+0000", "%Y-%m-%dT%H:%M:%S%z")
    except ValueError:
        return "must be at(yyyy-mm-ddThh:mm:ss), a date that exists"
    return None


def _cron_problem(body: str) -> str | None:
    fields = body.split()
    if len(fields) != len(_FIELDS):
        return f"must have six fields in cron(minutes hours day-of-month month day-of-week year), not {len(fields)}"
    for text, (name, low, high, names) in zip(fields, _FIELDS, strict=True):
        if not all(_item_is_valid(item, name, low, high, names) for item in text.split(",")):
            return f"must have a valid {name} field in cron(...): {low} to {high}, *, and the like"
    if (fields[2] == "?") == (fields[4] == "?"):
        return "must have ? in exactly one of the fields day-of-month and day-of-week of cron(...)"
    return None


def _item_is_valid(item: str, field: str, low: int, high: int, names: Mapping[str, int]) -> bool:
    if item == "*":
        return True
    if field == "day-of-month":
        if item in {"?", "L", "LW"} or re.fullmatch(r"([1-9]|[12][0-9]|3[01])W", item):
            return True
    elif field == "day-of-week" and (item in {"?", "L"} or re.fullmatch(r"[1-7](L|#[1-5])|[A-Z]{3}(L|#[1-5])", item)):
        return item[:3] in names or not item[:3].isalpha()
    span, slash, step = item.partition("/")
    if slash and not (step.isascii() and step.isdigit() and 1 <= int(step) <= high):
        return False
    if slash and span == "*":
        return True
    first, dash, last = span.partition("-")
    start, end = _number(first, names), _number(last if dash else first, names)
    return start is not None and end is not None and low <= start <= end <= high


def _number(text: str, names: Mapping[str, int]) -> int | None:
    if text in names:
        return names[text]
    return int(text) if re.fullmatch(r"[0-9]{1,4}", text) else None
