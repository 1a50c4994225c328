"""What a change costs: each part that differs, at min and at max, and the sum."""

import io
from typing import Any

import pytest
from rich.console import Console

from offline.cost import Estimate, change, estimate
from tests.support.program import plan


def dev(**overrides: Any) -> Estimate:
    return estimate(plan(overrides))


def shown(found: change.BillChange) -> str:
    console = Console(file=io.StringIO(), width=200, record=True)
    console.print(change.render(found))
    return console.export_text()


def test_each_part_that_differs_is_told_with_both_its_sides() -> None:
    found = change.compare(dev(), dev(database={"maxCapacity": 8, "instances": 2}, cache={"nodes": 2}))
    by_part = {part.part: part for part in found.parts}
    assert by_part.keys() == {"Aurora", "Valkey", "Alarms, dashboard"}
    # A second instance: 0.5 ACU more at min, 2 x 8 instead of 4 at max, each 0.12 an hour.
    assert by_part["Aurora"].at_min == pytest.approx(0.5 * 0.12 * 730)
    assert by_part["Aurora"].at_max == pytest.approx(12 * 0.12 * 730)
    assert by_part["Valkey"].at_min == by_part["Valkey"].at_max == pytest.approx(0.0128 * 730)
    assert found.at_min == pytest.approx(sum(part.at_min for part in found.parts))
    text = shown(found)
    assert text.startswith(f"Cost: +{found.at_min:.2f} at min and +{found.at_max:,.2f} at max, in US dollars a month; ")
    assert "1 x 0.5 to 4 ACU, 10 GB -> 2 x 0.5 to 8 ACU, 10 GB" in text


def test_what_is_saved_is_less_than_nothing_and_what_goes_or_comes_says_so() -> None:
    there, back = dev(database={"enabled": False}, webui={"scaling": {"max": 1}}), dev()
    saved = change.compare(back, there)
    assert saved.at_min < 0 < change.compare(there, back).at_min
    aurora = next(part for part in saved.parts if part.part == "Aurora")
    assert aurora.after == ""
    assert aurora.at_max == pytest.approx(-351.4)
    assert "-> gone" in shown(saved)
    assert "new -> 1 x 0.5 to 4 ACU" in shown(change.compare(there, back))


def test_a_change_that_costs_nothing_is_one_line() -> None:
    assert shown(change.compare(dev(), dev(alarms={"cpuPercent": 80}))) == "Cost: no change; 191 to 680 then\n"


def test_a_model_that_writes_titles_too_is_one_part() -> None:
    usage = {"users": 10, "messagesADay": 10, "tokensAMessage": 1000}
    models = ["amazon.nova-pro-v1:0", "amazon.titan-embed-text-v2:0"]
    gateway = {"image": "{account}.dkr.ecr.{region}.amazonaws.com/bedrock-proxy-api-ecs:latest", "models": models}
    found = change.compare(dev(gateway=gateway), dev(gateway=gateway, usage=usage))
    assert [part.part for part in found.parts] == models
