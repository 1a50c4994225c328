"""What the machine knows of time zones decides which are taken."""

import pytest

from aws_rules import schedules


def test_without_a_time_zone_database_the_shape_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schedules, "_known_timezones", frozenset)
    assert schedules.timezone_problem("Europe/Berlin") is None
    assert schedules.timezone_problem("../etc/passwd") is not None
