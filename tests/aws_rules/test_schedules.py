"""Expressions that Application Auto Scaling takes, and the like that it refuses."""

import pytest

from aws_rules import schedules


@pytest.mark.parametrize(
    "expression",
    [
        "cron(0 8 ? * MON-FRI *)",
        "cron(0 8 ? * 2-6 2030)",
        "cron(0/15 6,18 1 1/3 ? 2030-2031)",
        "cron(59 23 L * ? *)",
        "cron(0 0 15W JAN,JUL ? *)",
        "cron(0 0 LW * ? *)",
        "cron(0 0 ? * 6L *)",
        "cron(0 0 ? * FRI#2 *)",
        "cron(*/5 * * * ? *)",
        "rate(1 minute)",
        "rate(5 minutes)",
        "rate(1 hour)",
        "rate(12 hours)",
        "rate(2 days)",
        "at(2030-01-31T08:00:00)",
    ],
)
def test_an_expression_is_taken(expression: str) -> None:
    assert schedules.expression_problem(expression) is None


@pytest.mark.parametrize(
    "expression",
    [
        "",
        "0 8 ? * MON-FRI *",
        "cron(0 8 ? * MON-FRI)",
        "cron(0 8 ? * MON-FRI * *)",
        "cron(0 8 * * MON-FRI *)",
        "cron(0 8 ? * ? *)",
        "cron(60 8 ? * * *)",
        "cron(0 24 ? * * *)",
        "cron(0 0 0 * ? *)",
        "cron(0 0 32 * ? *)",
        "cron(0 0 ? 13 * *)",
        "cron(0 0 ? * 8 *)",
        "cron(0 0 ? * 0 *)",
        "cron(0 0 ? * MON#6 *)",
        "cron(0 0 ? * XYZ#1 *)",
        "cron(0 0 ? * MOO *)",
        "cron(0 0 ? * FRI-MON *)",
        "cron(0 0 ? * * 1969)",
        "cron(0 0 ? * * 2200)",
        "cron(0/0 0 ? * * *)",
        "cron(0/60 0 ? * * *)",
        "cron(, 0 ? * * *)",
        "cron(? 0 ? * * *)",
        "CRON(0 8 ? * * *)",
        "rate(0 minutes)",
        "rate(1 minutes)",
        "rate(2 minute)",
        "rate(5 weeks)",
        "at(2030-02-30T08:00:00)",
        "at(2030-01-31 08:00:00)",
        "at(2030-01-31T08:00:00Z)",
        "cron(" + "*" * 10_000 + ")",
    ],
)
def test_an_expression_is_refused(expression: str) -> None:
    assert schedules.expression_problem(expression) is not None


@pytest.mark.parametrize("name", ["UTC", "Europe/Berlin", "America/Argentina/Ushuaia", "Etc/GMT+9"])
def test_a_time_zone_is_taken(name: str) -> None:
    assert schedules.timezone_problem(name) is None


@pytest.mark.parametrize("name", ["", "Europe/Munich", "CEST", "+02:00", "../UTC", "localtime", "europe/berlin"])
def test_what_is_no_time_zone_is_refused(name: str) -> None:
    assert schedules.timezone_problem(name) == "must be an IANA time zone such as UTC or Europe/Berlin"


def test_without_a_time_zone_database_the_shape_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schedules, "_known_timezones", frozenset)
    assert schedules.timezone_problem("Europe/Berlin") is None
    assert schedules.timezone_problem("../etc/passwd") is not None


@pytest.mark.parametrize(("name", "good"), [("office-hours", True), ("a" * 64, True), ("a" * 65, False), ("", False)])
def test_a_name_has_1_to_64_characters(name: str, good: bool) -> None:
    assert (schedules.name_problem(name) is None) is good


def test_a_name_with_a_slash_is_refused() -> None:
    assert schedules.name_problem("a/b") is not None
