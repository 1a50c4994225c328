"""Prices that stay: the sums of these tests are worked out by hand, and `make prices` renews those of the plan."""

from datetime import date
from pathlib import Path

import pytest
import yaml

from offline.cost.prices import TABLE

FROZEN = yaml.safe_load(Path(__file__).with_name("frozen.yaml").read_text(encoding="utf-8"))
REGIONS = ("us-east-1", "us-east-2", "us-west-2")


@pytest.fixture(autouse=True)
def frozen_prices(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything but the assumptions, which are the plan's own."""
    table = yaml.safe_load(TABLE.read_text(encoding="utf-8"))
    frozen = {**table, **FROZEN, "as_of": date(2025, 6, 30), "regions": {region: {} for region in REGIONS}}
    monkeypatch.setattr("offline.cost.prices._table", lambda: frozen)
