"""A run is isolated, behaves as under the real host, and its errors come out."""

import asyncio
import contextvars
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pulumi
import pulumi_aws as aws
import pulumi_awsx as awsx
import pytest

from offline.engine import record
from offline.engine.answers import UnansweredInvokeError
from offline.engine.recording import UNKNOWN
from tests.offline.engine.vault import one_vault


def test_an_export_of_one_run_is_not_seen_by_the_next() -> None:
    assert record(lambda: pulumi.export("first", 1)).outputs == {"first": 1}
    assert record(lambda: pulumi.export("second", 2), stack="prod").outputs == {"second": 2}


def test_a_run_sees_its_own_stack_project_and_config_only() -> None:
    def program() -> None:
        pulumi.export("seen", [pulumi.get_stack(), pulumi.get_project(), pulumi.Config().get("key")])

    assert record(program, config={"key": "a"}, stack="one").outputs["seen"] == ["one", "webui-bedrock", "a"]
    assert record(program, project="p", stack="two").outputs["seen"] == ["two", "p", None]


def test_a_run_leaves_nothing_behind_in_its_caller() -> None:
    record(lambda: pulumi.export("x", 1), config={"key": "value"})
    assert pulumi.runtime.get_root_resource() is None
    assert pulumi.Config("webui-bedrock").get("key") is None


def test_a_run_may_be_started_where_an_event_loop_is_running() -> None:
    async def main() -> object:
        return record(lambda: pulumi.export("x", 1)).outputs["x"]

    with ThreadPoolExecutor(1) as thread:
        assert thread.submit(asyncio.run, main()).result() == 1


def test_a_run_may_be_started_from_within_another() -> None:
    def outer() -> None:
        with ThreadPoolExecutor(1) as thread:
            here = contextvars.copy_context()
            inner = thread.submit(here.run, record, lambda: pulumi.export("stack", pulumi.get_stack()), stack="inner")
            pulumi.export("inner", inner.result().outputs["stack"])
        pulumi.export("outer", pulumi.get_stack())

    assert record(outer, stack="outer").outputs == {"inner": "inner", "outer": "outer"}


def test_four_threads_record_different_stacks_at_the_same_time() -> None:
    all_inside = threading.Barrier(4, timeout=30)
    bucket = aws.s3.Bucket  # pulumi_aws loads a service at its first use, which two threads may not do at once

    def run(number: int) -> tuple[str, list[str], object]:
        def program() -> None:
            all_inside.wait()
            for index in range(number + 1):
                bucket(f"b{index}")
            pulumi.export("stack", pulumi.get_stack())

        recording = record(program, stack=f"s{number}")
        return recording.stack, [r.name for r in recording.of_type(bucket)], recording.outputs["stack"]

    with ThreadPoolExecutor(4) as threads:
        results = list(threads.map(run, range(4)))
    assert results == [(f"s{n}", [f"b{i}" for i in range(n + 1)], f"s{n}") for n in range(4)]


def test_an_update_knows_the_outputs_that_a_preview_does_not() -> None:
    update, preview = record(one_vault), record(one_vault, preview=True)
    arn = update.outputs["arn"]
    assert arn.startswith("arn:aws:secretsmanager:us-east-1:123456789012:secret:vault-secret-")
    assert (
        update.one(aws.secretsmanager.SecretVersion).inputs["secretId"]
        == arn
        == update.one(aws.secretsmanager.Secret).id
    )
    assert preview.outputs["arn"] is UNKNOWN
    assert preview.one(aws.secretsmanager.SecretVersion).inputs["secretId"] is UNKNOWN
    assert preview.one(aws.secretsmanager.Secret).id == ""


def test_a_preview_runs_no_apply_on_an_unknown_value() -> None:
    applied: list[str] = []

    def program() -> None:
        aws.s3.Bucket("b").arn.apply(applied.append)

    record(program, preview=True)
    assert applied == []
    record(program)
    assert len(applied) == 1


def test_preview_and_update_register_the_same_resources_in_the_same_order() -> None:
    update, preview = record(one_vault), record(one_vault, preview=True)
    assert [r.urn for r in update.resources] == [r.urn for r in preview.resources]


def test_a_second_resource_of_the_same_urn_is_an_error() -> None:
    def program() -> None:
        aws.s3.Bucket("b")
        aws.s3.Bucket("b")

    with pytest.raises(Exception, match=r"Duplicate resource URN 'urn:pulumi:dev::.*::b'"):
        record(program)


@pytest.mark.parametrize("where", ["dangling", "input", "export", "program"])
def test_an_error_in_the_program_comes_out_with_its_own_type(where: str) -> None:
    class OddError(Exception):
        pass

    def fail(_: object) -> str:
        raise OddError(where)

    def program() -> None:
        broken = fail(None) if where == "program" else aws.s3.Bucket("b").arn.apply(fail)
        if where == "input":
            aws.s3.Bucket("c", bucket=broken)
        if where == "export":
            pulumi.export("broken", broken)

    with pytest.raises(OddError, match=where):
        record(program)


@pytest.mark.parametrize("ask", [aws.sqs.get_queue, aws.sqs.get_queue_output])
def test_an_invoke_that_offline_cannot_answer_is_an_error_that_names_it(ask: Callable[..., object]) -> None:
    with pytest.raises(UnansweredInvokeError, match="aws:sqs/getQueue:getQueue"):
        record(lambda: ask(name="x"))


def test_an_async_program_runs_to_its_end() -> None:
    async def main() -> dict[str, pulumi.Input[object]]:
        return {"name": aws.s3.Bucket("b", bucket="mine").bucket}

    assert record(lambda: pulumi.run(main)).outputs == {"name": "mine"}


def test_config_values_that_are_no_strings_reach_the_program_as_json() -> None:
    config = {"webui": {"cpu": 1024}, "protect": True, "count": 3, "word": "on", "aws:region": "eu-west-1"}
    recording = record(lambda: pulumi.export("cpu", pulumi.Config().require_object("webui")["cpu"]), config=config)
    assert recording.outputs["cpu"] == 1024
    assert recording.config == {
        "webui-bedrock:webui": '{"cpu": 1024}',
        "webui-bedrock:protect": "true",
        "webui-bedrock:count": "3",
        "webui-bedrock:word": "on",
        "aws:region": "eu-west-1",
    }


def test_a_secret_config_key_makes_its_value_a_secret() -> None:
    def program() -> None:
        pulumi.export("token", pulumi.Config().require_secret("token"))

    recording = record(program, config={"token": "t"}, secret_keys=["token"])
    assert recording.secret_outputs == {"token"}


class _Pair(pulumi.ComponentResource):
    def __init__(self, name: str) -> None:
        super().__init__("test:index:Pair", name)
        aws.s3.Bucket("in-a-component", opts=pulumi.ResourceOptions(parent=self))  # line of in-a-component


@pytest.mark.parametrize("name", ["in-a-component", "pair", "alone", "from-awsx"])
def test_a_resource_knows_the_line_that_calls_its_constructor(name: str) -> None:
    def program() -> None:
        _Pair("pair")  # line of pair
        aws.s3.Bucket("alone")  # line of alone
        awsx.ecr.Repository("from-awsx")  # line of from-awsx

    (resource,) = [found for found in record(program).resources if found.name == name]
    lines = Path(__file__).read_text().splitlines()
    (line,) = [number for number, text in enumerate(lines, 1) if text.endswith(f"# line of {name}")]
    assert resource.source.endswith(f"tests/offline/engine/test_engine.py:{line}")
