"""The table of token prices: what is in it adds up, what is not in it has no price."""

import json
from datetime import date

import pytest

from aws_rules import models, token_prices
from aws_rules.model_ids import geography, without_geography
from aws_rules.token_prices import TokenPrice, find
from scripts.token_price_table import rendered, rows_of

NOVA, TITAN = "amazon.nova-pro-v1:0", "amazon.titan-embed-text-v2:0"
APPLICATION = "arn:aws:bedrock:eu-west-1:123456789012:application-inference-profile/abc123def456"


@pytest.mark.parametrize("model_id", sorted(token_prices.PRICED))
def test_each_price_is_of_a_known_model_and_agrees_with_itself(model_id: str) -> None:
    assert without_geography(model_id) in models.MODELS
    for region in ("us-east-1", "us-gov-west-1"):
        price = find(model_id, region)
        assert price is not None
        assert price.input > 0
        assert (price.output is None) == models.is_embedding(model_id)
        assert price.output is None or price.output >= price.input
        assert price.cache_read is None or price.cache_read < price.input
        assert price.cache_write is None or price.cache_write >= price.input


def test_most_models_that_a_gateway_serves_have_a_price() -> None:
    served = {model_id for model_id, model in models.MODELS.items() if model.apis}
    assert len(served - token_prices.PRICED) <= 10, "named as unpriced, they are; so many should not be"


def test_a_million_tokens_of_each_kind_cost_what_the_row_says() -> None:
    price = find(f"us.{NOVA}", "us-west-2")
    assert price == TokenPrice(input=0.8, output=3.2, cache_read=0.2)
    assert price.dollars(input_tokens=1_000_000, output_tokens=500_000, cache_read=2_000_000) == pytest.approx(2.8)
    assert price.dollars(cache_write=1_000_000) == pytest.approx(0.8), "no price of its own: as other input"
    embedding = find(TITAN, "us-east-1")
    assert embedding is not None
    assert embedding.dollars(input_tokens=1_000_000) == pytest.approx(0.02)


@pytest.mark.parametrize("model_id", ["example.unheard-of-v1:0", "amazon.nova-canvas-v1:0", f"xx.{NOVA}", APPLICATION])
def test_what_the_table_does_not_know_has_no_price(model_id: str) -> None:
    assert find(model_id, "us-east-1") is None


def test_a_price_of_another_region_says_so() -> None:
    for region, of in (("us-east-2", None), ("us-gov-west-1", None), ("eu-central-1", "us-east-1")):
        price = find(TITAN, region)
        assert price is not None
        assert price.of_region == of
    assert find("eu.amazon.nova-pro-v1:0", "eu-central-1") == TokenPrice(input=1.05, output=4.2, cache_read=0.2625)


def test_an_arn_of_aws_own_is_the_id_that_it_ends_with() -> None:
    profile = f"arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.{NOVA}"
    assert find(profile, "us-east-1") == find(f"us.{NOVA}", "us-east-1")
    assert find(f"arn:aws:bedrock:us-east-1::foundation-model/{NOVA}", "us-east-1") == find(NOVA, "us-east-1")


LISTED = {
    NOVA: {"input_cost_per_token": 8e-07, "output_cost_per_token": 3.2e-06, "cache_read_input_token_cost": 2e-07},
    f"bedrock/us-gov-west-1/{NOVA}": {"input_cost_per_token": 9.6e-07, "output_cost_per_token": 3.84e-06},
    f"bedrock/us-east-1/1-month-commitment/{NOVA}": {"input_cost_per_token": 1e-07},
    f"eu.{NOVA}": {"input_cost_per_token": 1.05e-06, "output_cost_per_token": 4.2e-06},
    TITAN: {"input_cost_per_token": 2e-08, "output_cost_per_token": 0.0, "mode": "embedding"},
    "anthropic.claude-haiku-5-5": {"input_cost_per_token": 1e-07, "output_cost_per_token": 5e-07},
    "bedrock_mantle/anthropic.claude-haiku-5-5": {"input_cost_per_token": 1.1e-07, "output_cost_per_token": 5.5e-07},
    "amazon.rerank-v1:0": {"input_cost_per_token": 0.0, "input_cost_per_query": 0.001},
    "example.unheard-of-v1:0": {"input_cost_per_token": 1.0},
}


def test_the_table_is_made_from_litellms_by_the_ids_that_bedrock_knows() -> None:
    assert rows_of(LISTED) == {
        NOVA: {
            "input": 0.8,
            "output": 3.2,
            "cache_read": 0.2,
            "regions": {"us-gov-west-1": {"input": 0.96, "output": 3.84}},
        },
        f"eu.{NOVA}": {"input": 1.05, "output": 4.2},
        TITAN: {"input": 0.02},
        "anthropic.claude-haiku-5-5": {"input": 0.11, "output": 0.55},
    }, "the id of a model without regions is called at bedrock-mantle"


def test_the_tracked_table_is_written_as_it_stands() -> None:
    text = token_prices.TABLE.read_text(encoding="utf-8")
    rows = json.loads(json.dumps(token_prices._ROWS))
    assert rendered(text, rows, token_prices.SOURCE, token_prices.AS_OF) == text
    assert date(2026, 11, 1) <= token_prices.AS_OF
    assert not [name for name in rows if geography(name) and "regions" in rows[name]]
