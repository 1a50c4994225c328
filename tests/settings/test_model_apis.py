"""Each engine calls each model of the table by one API, or the plan refuses it for that engine."""

import pytest

from aws_rules import models
from aws_rules.model_ids import without_geography
from gateway_engines import ENGINES, EngineName
from settings.clock import today
from tests.settings.samples import keys, valid

OTHERS = ["amazon.nova-pro-v1:0", "amazon.titan-embed-text-v2:0"]
IDS = [
    prefix + model_id
    for model_id, model in models.MODELS.items()
    for prefix in ("", *(f"{geography}." for geography in sorted(model.geographies)))
]


def test_the_table_is_long_enough_to_be_of_use() -> None:
    assert len(models.MODELS) >= 60
    assert len(IDS) >= 200


@pytest.mark.parametrize("name", ENGINES)
def test_each_model_is_called_by_one_api_or_refused(name: EngineName) -> None:
    served = ENGINES[name].apis
    image = {} if ENGINES[name].image is None else {"image": None}
    for model_id in IDS:
        others = [other for other in OTHERS if other != model_id]
        refused = "gateway.models[0]" in keys(valid(gateway={"engine": name, "models": [model_id, *others], **image}))
        end = models.MODELS[without_geography(model_id)].end_of_life
        ended = end is not None and end <= today()
        assert refused == (ended or models.api(model_id, served) is None), model_id
