"""The table of Bedrock's models: one API for each id and gateway, dates with sources, what is assumed of others."""

import pytest

from aws_rules import model_ids, models
from aws_rules.models import Api, Model

ACCESS_GATEWAY = {Api.CONVERSE, Api.INVOKE_MODEL}
APPLICATION = "arn:aws:bedrock:eu-west-1:123456789012:application-inference-profile/abc123def456"


IDS = [
    prefix + model_id
    for model_id, model in models.MODELS.items()
    for prefix in ("", *(f"{geography}." for geography in sorted(model.geographies)))
]


def test_the_table_holds_what_people_ask_for() -> None:
    assert len(models.MODELS) >= 60
    assert {possible for model in models.MODELS.values() for possible in model.apis} == set(Api)


@pytest.mark.parametrize("model_id", IDS)
def test_each_id_is_well_formed_and_is_called_by_one_api_or_told_for_what_it_is(model_id: str) -> None:
    assert model_ids.model_id_problem(model_id) is None
    model = models.find(model_id)
    assert model is models.MODELS[model_ids.without_geography(model_id)]
    assert (models.api(model_id, set(Api)) is None) == bool(model.unserved)
    assert models.api(model_id, ACCESS_GATEWAY) in {None, *ACCESS_GATEWAY}


@pytest.mark.parametrize("model", list(models.MODELS.values()), ids=models.MODELS)
def test_what_the_rows_say_agrees_with_itself(model: Model) -> None:
    embeds = Api.INVOKE_MODEL in model.apis
    assert model.apis == () or embeds == (model.apis == (Api.INVOKE_MODEL,))
    assert embeds == (model.vector_length is not None) == (model.modes == {"embeddings"})
    assert bool(model.apis) == bool(model.modes) == bool({"chat", "embeddings"} & model.modes)
    assert Api.OPENAI_MANTLE not in model.profile_apis, "bedrock-mantle takes no inference profiles"
    assert (model.end_of_life is not None) == bool(model.source)
    if model.legacy and model.end_of_life:
        assert model.legacy < model.end_of_life


@pytest.mark.parametrize(
    ("model_id", "access_gateway", "any_gateway"),
    [
        ("amazon.nova-pro-v1:0", Api.CONVERSE, Api.CONVERSE),
        ("us.anthropic.claude-sonnet-5-5", Api.CONVERSE, Api.CONVERSE),
        ("us.openai.gpt-6.1-sol", Api.CONVERSE, Api.OPENAI_RUNTIME),
        ("openai.gpt-6.1-sol", None, Api.OPENAI_MANTLE),
        ("google.gemma-4-31b", None, Api.OPENAI_MANTLE),
        ("amazon.titan-embed-text-v2:0", Api.INVOKE_MODEL, Api.INVOKE_MODEL),
        ("amazon.nova-2-sonic-v1:0", None, None),
        ("example.unheard-of-v1:0", Api.CONVERSE, Api.CONVERSE),
        (APPLICATION, Api.CONVERSE, Api.CONVERSE),
    ],
)
def test_a_gateway_calls_a_model_by_the_best_api_that_it_speaks(
    model_id: str, access_gateway: Api | None, any_gateway: Api | None
) -> None:
    order = (Api.OPENAI_RUNTIME, Api.OPENAI_MANTLE, Api.CONVERSE, Api.INVOKE_MODEL)
    assert models.api(model_id, ACCESS_GATEWAY) is access_gateway
    assert models.api(model_id, order) is any_gateway


def test_the_access_gateway_makes_embeddings_only_with_models_that_the_table_knows() -> None:
    assert all(models.is_embedding(model_id) for model_id in models.ACCESS_GATEWAY_EMBEDDINGS)
    assert models.vector_length(models.ACCESS_GATEWAY_EMBEDDINGS[0]) == 1024
    assert models.vector_length("example.unheard-of-v1:0") is None


def test_only_coheres_models_take_many_texts_in_one_call() -> None:
    one = ("amazon.titan-embed-text-v2:0", "amazon.nova-2-multimodal-embeddings-v1:0", "example.unheard-of-v1:0")
    many = ("cohere.embed-english-v3", "us.cohere.embed-v4:0")
    assert [models.texts_per_request(model_id) for model_id in (*one, *many)] == [1, 1, 1, 96, 96]
