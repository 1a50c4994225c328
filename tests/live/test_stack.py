"""Containers start in the recorded order, with the secrets that ECS would give them."""

from dataclasses import replace
from typing import Any

import pytest

from live import TryError
from live.bedrock.models import models_of
from live.stack import Task, in_order, secret_values, secrets_for, tasks_of
from tests.live.stages import recording_of

DEV = recording_of("dev")


def webui() -> Task:
    return tasks_of(DEV)["webui"]


def test_a_container_starts_after_those_that_it_depends_on() -> None:
    assert [container.name for container in webui().containers] == ["scratch", "migrate", "webui"]
    chain: list[dict[str, Any]] = [
        {"name": "c", "image": "i", "dependsOn": [{"containerName": "b", "condition": "START"}]},
        {"name": "b", "image": "i", "dependsOn": [{"containerName": "a", "condition": "SUCCESS"}]},
        {"name": "a", "image": "i"},
    ]
    assert [(c.name, c.runs_to_its_end) for c in in_order(chain)] == [("a", True), ("b", False), ("c", False)]


def test_the_main_container_is_the_one_that_goes_on() -> None:
    assert webui().main.name == "webui"


def test_secrets_have_the_values_of_the_stack_and_json_keys_are_taken_out() -> None:
    task, values = webui(), secret_values(DEV)
    secrets = secrets_for(task, task.main, values, {})
    assert secrets.keys() == task.main.secrets.keys()
    assert f'"{secrets["OPENAI_API_KEY"]}"' in next(value for value in values.values() if "api_key" in value)
    assert "{" not in secrets["OPENAI_API_KEY"]


def test_a_secret_that_the_execution_role_may_not_read_is_refused() -> None:
    task = replace(webui(), readable=frozenset())
    with pytest.raises(TryError, match="webui: the execution role may not read the secret of "):
        secrets_for(task, task.main, secret_values(DEV), {})


def test_the_value_of_a_secret_that_only_aws_knows_is_asked_for() -> None:
    task = webui()
    with pytest.raises(TryError, match=r"kept in AWS only .* Give one for here: \w+=\.\.\. make try"):
        secrets_for(task, task.main, {}, {})
    given = dict.fromkeys(task.main.secrets, "given")
    assert secrets_for(task, task.main, {}, given) == given


def test_bedrock_has_exactly_the_models_that_the_stack_names() -> None:
    assert models_of(tasks_of(recording_of("prod"))["gateway"]) == [
        "amazon.nova-pro-v1:0",
        "amazon.titan-embed-text-v2:0",
        "us.anthropic.claude-sonnet-5-5",
    ]


def test_bedrock_has_examples_for_a_stack_that_allows_all_models() -> None:
    models = models_of(tasks_of(DEV)["gateway"])
    assert models[:2] == ["amazon.nova-pro-v1:0", "amazon.titan-embed-text-v2:0"]
    assert len(models) > 2
    assert not [model for model in models if "*" in model]
