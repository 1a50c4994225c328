"""The table of Bedrock's models: one lane for each id and gateway, dates with sources, what is assumed of others."""

import pytest

from aws_rules import model_ids, models
from aws_rules.models import Lane, Model

ACCESS_GATEWAY = {Lane.CONVERSE, Lane.EMBEDDINGS}
APPLICATION = "arn:aws:bedrock:eu-west-1:123456789012:application-inference-profile/abc123def456"


IDS = [
    prefix + model_id
    for model_id, model in models.MODELS.items()
    for prefix in ("", *(f"{geography}." for geography in sorted(model.geographies)))
]


def test_the_table_holds_what_people_ask_for() -> None:
    assert len(models.MODELS) >= 60
    assert {possible for model in models.MODELS.values() for possible in model.lanes} == set(Lane)


@pytest.mark.parametrize("model_id", IDS)
def test_each_id_is_well_formed_and_lands_in_one_lane_or_is_told_for_what_it_is(model_id: str) -> None:
    assert model_ids.model_id_problem(model_id) is None
    model = models.find(model_id)
    assert model is models.MODELS[model_ids.without_geography(model_id)]
    assert (models.lane(model_id, set(Lane)) is None) == bool(model.unserved)
    assert models.lane(model_id, ACCESS_GATEWAY) in {None, *ACCESS_GATEWAY}


@pytest.mark.parametrize("model", list(models.MODELS.values()), ids=models.MODELS)
def test_what_the_rows_say_agrees_with_itself(model: Model) -> None:
    embeds = Lane.EMBEDDINGS in model.lanes
    assert model.lanes == () or embeds == (model.lanes == (Lane.EMBEDDINGS,))
    assert embeds == (model.vector_length is not None) == (model.modes == {"embeddings"})
    assert bool(model.lanes) == bool(model.modes) == bool({"chat", "embeddings"} & model.modes)
    assert Lane.OPENAI_MANTLE not in model.profile_lanes, "bedrock-mantle takes no inference profiles"
    assert (model.end_of_life is not None) == bool(model.source)
    if model.legacy and model.end_of_life:
        assert model.legacy < model.end_of_life


@pytest.mark.parametrize(
    ("model_id", "access_gateway", "any_gateway"),
    [
        ("amazon.nova-pro-v1:0", Lane.CONVERSE, Lane.CONVERSE),
        ("us.anthropic.claude-sonnet-5-5", Lane.CONVERSE, Lane.CONVERSE),
        ("us.openai.gpt-6.1-sol", Lane.CONVERSE, Lane.OPENAI_RUNTIME),
        ("openai.gpt-6.1-sol", None, Lane.OPENAI_MANTLE),
        ("google.gemma-4-31b", None, Lane.OPENAI_MANTLE),
        ("amazon.titan-embed-text-v2:0", Lane.EMBEDDINGS, Lane.EMBEDDINGS),
        ("amazon.nova-2-sonic-v1:0", None, None),
        ("example.unheard-of-v1:0", Lane.CONVERSE, Lane.CONVERSE),
        (APPLICATION, Lane.CONVERSE, Lane.CONVERSE),
    ],
)
def test_a_gateway_calls_a_model_in_the_best_lane_that_it_serves(
    model_id: str, access_gateway: Lane | None, any_gateway: Lane | None
) -> None:
    order = (Lane.OPENAI_RUNTIME, Lane.OPENAI_MANTLE, Lane.CONVERSE, Lane.EMBEDDINGS)
    assert models.lane(model_id, ACCESS_GATEWAY) is access_gateway
    assert models.lane(model_id, order) is any_gateway


def test_the_access_gateway_makes_embeddings_only_with_models_that_the_table_knows() -> None:
    assert all(models.is_embedding(model_id) for model_id in models.ACCESS_GATEWAY_EMBEDDINGS)
    assert models.vector_length(models.ACCESS_GATEWAY_EMBEDDINGS[0]) == 1024
    assert models.vector_length("example.unheard-of-v1:0") is None


def test_only_coheres_models_take_many_texts_in_one_call() -> None:
    one = ("amazon.titan-embed-text-v2:0", "amazon.nova-2-multimodal-embeddings-v1:0", "example.unheard-of-v1:0")
    many = ("cohere.embed-english-v3", "us.cohere.embed-v4:0")
    assert [models.texts_per_request(model_id) for model_id in (*one, *many)] == [1, 1, 1, 96, 96]
