"""What models cost is a line each, by the models that Open WebUI and the gateway are told; without a price, a name."""

import json
from datetime import timedelta
from typing import Any

import pulumi_aws as aws
import pytest

from aws_rules import token_prices
from offline.cost import Estimate, estimate
from offline.cost.prices import OLD_DAYS
from offline.engine import AwsFacts, record
from problems.clock import AS_OF
from tests.offline.cost.bills import line

CHAT, SMALL, VECTORS = "amazon.nova-pro-v1:0", "amazon.nova-micro-v1:0", "amazon.titan-embed-text-v2:0"
USAGE = {"users": 100, "messagesADay": 24, "tokensAMessage": 10_000}
MONTH = 100 * 24 * 10_000 * 730 / 24
"""730 million tokens."""
WEBUI = {"DEFAULT_MODELS": CHAT, "TASK_MODEL_EXTERNAL": SMALL, "RAG_EMBEDDING_MODEL": VECTORS}
GATEWAY = {"AWS_REGION": "us-east-1"}


def run(app: str, variables: dict[str, str]) -> None:
    environment = [{"name": name, "value": value} for name, value in variables.items()]
    definitions = json.dumps([{"name": app, "image": "a/b:1", "environment": environment}])
    task = aws.ecs.TaskDefinition(f"{app}-task", family=app, cpu="256", memory="512", container_definitions=definitions)
    aws.ecs.Service(f"{app}-service", name=app, task_definition=task.arn, desired_count=1)


def billed(
    webui: dict[str, str] = WEBUI, gateway: dict[str, str] | None = GATEWAY, usage: dict[str, Any] | None = USAGE
) -> Estimate:
    def program() -> None:
        run("webui", webui)
        if gateway is not None:
            run("gateway", gateway)

    config = {} if usage is None else {"usage": usage}
    return estimate(record(program, config=config, aws=AwsFacts(region="us-east-1")))


def test_each_model_costs_its_share_of_the_tokens() -> None:
    found = billed()
    # Nova Pro 0.80 and 3.20 a million: 584 million read, 146 million written. Nova Micro, a quarter as many, a tenth
    # of them written: 0.035 and 0.14. Titan, a tenth as many: 0.02.
    assert line(found, CHAT).at_min == pytest.approx(584 * 0.8 + 146 * 3.2)
    assert line(found, SMALL).at_min == pytest.approx(182.5 * (0.9 * 0.035 + 0.1 * 0.14))
    assert line(found, VECTORS).at_min == pytest.approx(73 * 0.02)
    assert MONTH == 730_000_000
    assert line(found, CHAT).at_max == line(found, CHAT).at_min
    assert line(found, CHAT).asleep == 0
    assert any("100 users x 24 messages a day x 10,000 tokens x 30.4 days are 730.0 million" in n for n in found.notes)


def test_without_a_model_for_titles_the_chats_own_writes_them() -> None:
    found = billed({"DEFAULT_MODELS": f"{CHAT},{SMALL}"})
    assert [one.part for one in found.lines if one.part in found.models] == [CHAT, CHAT]
    assert found.models == {CHAT}


def test_a_model_without_a_price_is_named_and_not_counted() -> None:
    found = billed({**WEBUI, "DEFAULT_MODELS": "example.unheard-of-v1:0"})
    assert found.models == {SMALL, VECTORS}
    assert not found.tokens_estimated, "the first line says so"
    assert found.not_counted[0] == (
        "584.0 million tokens read and 146.0 million written of example.unheard-of-v1:0, "
        "which has no price in the table of tokens"
    )


def test_a_price_of_another_region_is_told() -> None:
    found = billed(gateway={"AWS_REGION": "eu-west-2"})
    note = f"{CHAT} is priced as in us-east-1: the table has no price of it in eu-west-2."
    assert note in found.notes
    assert line(found, CHAT).at_min == line(billed(), CHAT).at_min
    models = [{"model_name": CHAT, "litellm_params": {"model": "x", "aws_region_name": "us-gov-west-1"}}]
    own = billed(gateway={**GATEWAY, "LITELLM_CONFIG": json.dumps({"model_list": models})})
    assert line(own, CHAT).at_min == pytest.approx(584 * 0.96 + 146 * 3.84)
    assert note not in own.notes


def test_without_usage_the_plan_says_that_tokens_are_not_counted() -> None:
    found = billed(usage=None)
    assert found.models == frozenset()
    assert not found.tokens_estimated
    assert billed().tokens_estimated
    assert found.not_counted[0].startswith("Bedrock tokens, usually the largest part of the bill")
    assert not [text for text in billed(gateway=None, usage=None).not_counted if "Bedrock tokens" in text]


def test_an_old_table_of_tokens_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    for days, old in ((OLD_DAYS, False), (OLD_DAYS + 1, True)):
        monkeypatch.setenv(AS_OF, str(token_prices.AS_OF + timedelta(days=days)))
        (note,) = [note for note in billed().notes if note.startswith("Prices of tokens")]
        assert (f"{days} days old: renew them" in note) is old
