"""A run is isolated, answers as AWS would, and records what the program asked for."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pulumi
import pulumi_aws as aws
import pulumi_random as random
import pytest

from offline.aws_answers import UnansweredInvokeError
from offline.engine import record
from offline.recording import UNKNOWN

BUCKET = "aws:s3/bucket:Bucket"
SECRET = "aws:secretsmanager/secret:Secret"
VERSION = "aws:secretsmanager/secretVersion:SecretVersion"


class Vault(pulumi.ComponentResource):
    """A component with a generated secret, as the real ones have."""

    def __init__(self, name: str, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("test:index:Vault", name, {}, opts)
        child = pulumi.ResourceOptions(parent=self)
        password = random.RandomPassword(f"{name}-password", length=20, opts=child)
        secret = aws.secretsmanager.Secret(
            f"{name}-secret", opts=pulumi.ResourceOptions(parent=self, protect=True, ignore_changes=["tags"])
        )
        aws.secretsmanager.SecretVersion(
            f"{name}-version", secret_id=secret.id, secret_string=password.result, opts=child
        )
        self.arn = secret.arn
        self.register_outputs({"arn": secret.arn})


def one_vault() -> None:
    vault = Vault("vault")
    pulumi.export("arn", vault.arn)
    pulumi.export("password", pulumi.Output.secret("hidden"))


def test_an_export_of_one_run_is_not_seen_by_the_next() -> None:
    assert record(lambda: pulumi.export("first", 1)).outputs == {"first": 1}
    assert record(lambda: pulumi.export("second", 2), stack="prod").outputs == {"second": 2}


def test_a_run_sees_its_own_stack_project_and_config_only() -> None:
    def program() -> None:
        pulumi.export("seen", [pulumi.get_stack(), pulumi.get_project(), pulumi.Config().get("key")])

    assert record(program, config={"key": "a"}, stack="one").outputs["seen"] == ["one", "webui-bedrock", "a"]
    assert record(program, project="p", stack="two").outputs["seen"] == ["two", "p", None]


def test_four_threads_record_different_stacks_at_the_same_time() -> None:
    all_inside = threading.Barrier(4, timeout=30)

    def run(number: int) -> tuple[str, list[str], object]:
        def program() -> None:
            all_inside.wait()
            for index in range(number + 1):
                aws.s3.Bucket(f"b{index}")
            pulumi.export("stack", pulumi.get_stack())

        recording = record(program, stack=f"s{number}")
        return recording.stack, [r.name for r in recording.of_type(BUCKET)], recording.outputs["stack"]

    with ThreadPoolExecutor(4) as threads:
        results = list(threads.map(run, range(4)))
    assert results == [(f"s{n}", [f"b{i}" for i in range(n + 1)], f"s{n}") for n in range(4)]


def test_an_update_knows_the_outputs_that_a_preview_does_not() -> None:
    update, preview = record(one_vault), record(one_vault, preview=True)
    arn = update.outputs["arn"]
    assert arn.startswith("arn:aws:secretsmanager:us-east-1:123456789012:secret:vault-secret-")
    assert update.one(VERSION).inputs["secretId"] == arn == update.one(SECRET).id
    assert preview.outputs["arn"] is UNKNOWN
    assert preview.one(VERSION).inputs["secretId"] is UNKNOWN
    assert preview.one(SECRET).id == ""


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


def test_a_secret_input_is_seen_as_secret_with_its_plain_value() -> None:
    version = record(one_vault).one(VERSION)
    assert version.secret_inputs == {"secretString"}
    assert version.secret_outputs == {"secretString"}
    assert len(version.inputs["secretString"]) == 20


def test_a_secret_deep_in_an_input_is_found_with_its_path() -> None:
    def program() -> None:
        aws.s3.Bucket("b", tags={"plain": "x", "hidden": pulumi.Output.secret("y")})

    bucket = record(program).one(BUCKET)
    assert bucket.secret_paths == {"tags.hidden"}
    assert bucket.secret_inputs == {"tags"}
    assert bucket.inputs["tags"] == {"plain": "x", "hidden": "y"}


def test_a_secret_export_is_named_as_secret() -> None:
    recording = record(one_vault)
    assert recording.outputs["password"] == "hidden"
    assert recording.secret_outputs == {"password"}


def test_a_component_is_the_parent_of_its_children_and_registers_its_outputs() -> None:
    recording = record(one_vault)
    vault = recording.one("test:index:Vault")
    assert vault.parent is None
    assert not vault.custom
    assert {child.name for child in recording.children(vault.urn)} == {
        "vault-password",
        "vault-secret",
        "vault-version",
    }
    assert recording.component(recording.one(SECRET).urn) == vault
    assert vault.registered_outputs == {"arn": recording.outputs["arn"]}
    assert recording.children(None) == [vault]


def test_a_resource_without_a_parent_is_a_child_of_the_stack() -> None:
    recording = record(lambda: [aws.s3.Bucket("b")])
    assert recording.one(BUCKET).parent is None
    assert recording.one(BUCKET).urn == "urn:pulumi:dev::webui-bedrock::aws:s3/bucket:Bucket::b"


def test_a_urn_holds_the_types_of_all_ancestors() -> None:
    def program() -> None:
        outer = pulumi.ComponentResource("test:index:Outer", "outer")
        inner = pulumi.ComponentResource("test:index:Inner", "inner", opts=pulumi.ResourceOptions(parent=outer))
        aws.s3.Bucket("b", opts=pulumi.ResourceOptions(parent=inner))

    assert record(program).one(BUCKET).urn == (
        "urn:pulumi:dev::webui-bedrock::test:index:Outer$test:index:Inner$aws:s3/bucket:Bucket::b"
    )


def test_resource_options_are_recorded() -> None:
    def program() -> None:
        first = aws.s3.Bucket("first")
        aws.s3.Bucket(
            "second",
            bucket=first.bucket.apply(lambda name: f"{name}-copy"),
            opts=pulumi.ResourceOptions(
                protect=True,
                retain_on_delete=True,
                delete_before_replace=True,
                ignore_changes=["tags"],
                replace_on_changes=["bucket"],
                import_="existing",
                aliases=[pulumi.Alias(name="old")],
                custom_timeouts=pulumi.CustomTimeouts(create="5m"),
            ),
        )

    recording = record(program)
    first, second = recording.get("first", BUCKET), recording.get("second", BUCKET)
    assert (first.protect, first.retain_on_delete, first.delete_before_replace) == (None, None, None)
    assert (second.protect, second.retain_on_delete, second.delete_before_replace) == (True, True, True)
    assert second.ignore_changes == ("tags",)
    assert second.replace_on_changes == ("bucket",)
    assert second.import_id == second.id == "existing"
    assert {"name": "old"} in second.aliases
    assert second.custom_timeouts == {"create": "5m"}
    assert second.dependencies == {first.urn}
    assert second.property_dependencies["bucket"] == {first.urn}


def test_the_source_of_a_resource_is_the_line_that_made_it() -> None:
    recording = record(one_vault)
    file, line = recording.one(SECRET).source.rsplit(":", 1)
    assert file.endswith("test_engine.py")
    assert int(line) > 0


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


def test_an_invoke_that_offline_cannot_answer_is_an_error_that_names_it() -> None:
    with pytest.raises(UnansweredInvokeError, match="aws:sns/getTopic:getTopic"):
        record(lambda: aws.sns.get_topic(name="x"))


def test_an_output_invoke_that_cannot_be_answered_is_an_error_too() -> None:
    with pytest.raises(UnansweredInvokeError, match="aws:sns/getTopic:getTopic"):
        record(lambda: aws.sns.get_topic_output(name="x"))


def test_log_messages_are_kept_with_their_severity() -> None:
    def program() -> None:
        pulumi.log.debug("noise")
        pulumi.log.info("told")
        pulumi.log.warn("careful")

    recording = record(program)
    assert recording.log == [("info", "told"), ("warning", "careful")]
    assert recording.warnings == ["careful"]


def test_an_async_program_runs_to_its_end() -> None:
    async def main() -> dict[str, pulumi.Input[object]]:
        return {"name": aws.s3.Bucket("b", bucket="mine").bucket}

    assert record(lambda: pulumi.run(main)).outputs == {"name": "mine"}


def test_looking_for_one_resource_says_what_there_is() -> None:
    recording = record(one_vault)
    with pytest.raises(LookupError, match=r"named 'x', found 0; of this type there are: vault-secret"):
        recording.get("x", SECRET)
    with pytest.raises(LookupError, match="no resource has the URN urn:none"):
        recording.by_urn("urn:none")


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
