"""What the machine knows of time zones decides which are taken."""

import pytest

from aws_rules import schedules


def test_without_a_time_zone_database_the_shape_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schedules, "_known_timezones", frozenset)
    assert schedules.timezone_problem("Europe/Berlin") is None
    assert schedules.timezone_problem("../etc/passwd") is not None


def at(day: int, hour: int, minute: int = 0) -> int:
    return ((day - 1) * 24 + hour) * 60 + minute


@pytest.mark.parametrize(
    ("expression", "minutes"),
    [
        ("cron(30 20 * * ? *)", {at(day, 20, 30) for day in range(1, 8)}),
        ("cron(0 7 ? * MON-FRI *)", {at(day, 7) for day in range(2, 7)}),
        ("cron(0,30 7-8 ? * 7 *)", {at(7, 7), at(7, 7, 30), at(7, 8), at(7, 8, 30)}),
        ("cron(0 0/8 ? * SUN,3 *)", {at(day, hour) for day in (1, 3) for hour in (0, 8, 16)}),
        ("cron(0 */12 ? * * *)", {at(day, hour) for day in range(1, 8) for hour in (0, 12)}),
    ],
)
def test_a_cron_expression_tells_the_minutes_of_a_week(expression: str, minutes: set[int]) -> None:
    assert schedules.minutes_of_week(expression) == frozenset(minutes)


@pytest.mark.parametrize(
    "expression",
    [
        *(
            "cron(0 7 1 * ? *)",
            "cron(0 7 ? JAN * *)",
            "cron(0 7 ? * 2#1 *)",
            "cron(0 7 ? * 6L *)",
            "cron(0 7 ? * * 2027)",
        ),
        *("rate(1 day)", "at(2030-01-31T08:00:00)", "cron(0 99 * * ? *)"),
    ],
)
def test_what_differs_from_week_to_week_is_told_of_none(expression: str) -> None:
    assert schedules.minutes_of_week(expression) is None
