"""Models end on a day that AWS names: the plan warns half a year before and refuses from then on."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

import settings
from aws_rules import models
from settings.clock import AS_OF, today
from settings.rules.warnings_models import NOTICE_DAYS, OLD_TABLE_DAYS
from tests.settings.samples import lines, valid

ENDING = "us.anthropic.claude-sonnet-4-5-20250929-v1:0"
PROD = Path(__file__).parents[2] / "Pulumi.prod.yaml"


def named(*listed: str) -> dict[str, Any]:
    return valid(gateway={"models": [*listed, "amazon.nova-pro-v1:0", "amazon.titan-embed-text-v2:0"]})


def warned(raw: dict[str, Any], region: str | None = None) -> list[str]:
    return [str(problem) for problem in settings.warnings(settings.parse(raw, region=region), region=region)]


@pytest.fixture
def end() -> Any:
    """The day on which calls of the ending model begin to fail."""
    model = models.find(ENDING)
    assert model
    assert model.end_of_life
    return model.end_of_life


@pytest.mark.parametrize(("days", "told"), [(NOTICE_DAYS + 1, 0), (NOTICE_DAYS, 1), (1, 1)])
def test_a_model_that_ends_within_half_a_year_is_told(
    monkeypatch: pytest.MonkeyPatch, end: Any, days: int, told: int
) -> None:
    monkeypatch.setenv(AS_OF, str(end - timedelta(days=days)))
    about = [line for line in warned(named(ENDING)) if "gateway.models[0]" in line]
    assert len(about) == told
    assert all(f"ends on Amazon Bedrock on {end}, in {days} days" in line for line in about)
    assert lines(named(ENDING)) == []


@pytest.mark.parametrize("days", [0, 1, 400])
def test_a_model_is_refused_from_its_last_day_on(monkeypatch: pytest.MonkeyPatch, end: Any, days: int) -> None:
    monkeypatch.setenv(AS_OF, str(end + timedelta(days=days)))
    (line,) = lines(named(ENDING))
    assert line.startswith(f'gateway.models[0]: read "{ENDING}"; has reached its end of life on Amazon Bedrock ({end})')
    assert "model-lifecycle-legacy" in line


@pytest.mark.parametrize(("days", "told"), [(OLD_TABLE_DAYS, False), (OLD_TABLE_DAYS + 1, True)])
def test_an_old_table_is_told(monkeypatch: pytest.MonkeyPatch, days: int, told: bool) -> None:
    monkeypatch.setenv(AS_OF, str(models.RENEWED + timedelta(days=days)))
    assert any(f"a table of models that is {days} days old" in line for line in warned(valid())) is told


def test_prods_file_names_models_that_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(AS_OF, "2026-12-01")
    config = yaml.safe_load(PROD.read_text())["config"]
    own = {key.partition(":")[2]: value for key, value in config.items() if key.startswith("webui-bedrock:")}
    assert [line for line in warned(own, config["aws:region"]) if "gateway." in line] == []


def test_the_day_can_be_named_and_must_be_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(AS_OF, "2027-04-01")
    assert today().isoformat() == "2027-04-01"
    monkeypatch.setenv(AS_OF, "April")
    with pytest.raises(ValueError, match="AS_OF must be a date such as 2027-04-01, not April"):
        today()
    monkeypatch.delenv(AS_OF)
    assert today() >= models.RENEWED


def test_a_model_that_the_region_does_not_offer_by_its_own_id_is_told_with_a_way_to_it() -> None:
    (line,) = [line for line in warned(valid(), "eu-central-1") if "defaultModel" in line]
    assert "is not offered in eu-central-1 by its own id" in line
    assert line.endswith("pulumi config set --path webui-bedrock:gateway.defaultModel eu.amazon.nova-pro-v1:0")
    assert [line for line in warned(valid(), "us-east-1") if "gateway." in line] == []


def test_a_model_that_the_table_does_not_know_is_accepted_and_the_assumed_api_is_told() -> None:
    (line,) = [line for line in warned(named("example.unheard-of-v1:0")) if "gateway." in line]
    assert "gateway.models[0]" in line
    assert "Bedrock's converse API" in line
