"""A recording holds everything that the program asked the engine for."""

import pulumi
import pulumi_aws as aws
import pulumi_random as random
import pytest

from offline.engine import record
from offline.engine.recording import short_type
from tests.offline.engine.vault import one_vault


def test_a_secret_input_is_seen_as_secret_with_its_plain_value() -> None:
    recording = record(one_vault)
    version = recording.one(aws.secretsmanager.SecretVersion)
    assert recording.one(random.RandomPassword).secret_outputs == {"bcryptHash", "result"}
    assert version.secret_inputs == {"secretString"}
    assert version.secret_outputs == {"secretString"}
    assert len(version.inputs["secretString"]) == 20


def test_a_secret_deep_in_an_input_is_found_with_its_path() -> None:
    def program() -> None:
        aws.s3.Bucket("b", tags={"plain": "x", "hidden": pulumi.Output.secret("y")})

    bucket = record(program).one(aws.s3.Bucket)
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
    assert recording.component(recording.one(aws.secretsmanager.Secret).urn) == vault
    assert vault.registered_outputs == {"arn": recording.outputs["arn"]}
    assert recording.children(None) == [vault]


def test_a_urn_holds_the_types_of_all_ancestors_and_a_resource_without_a_parent_is_the_stacks() -> None:
    def program() -> None:
        outer = pulumi.ComponentResource("test:index:Outer", "outer")
        inner = pulumi.ComponentResource("test:index:Inner", "inner", opts=pulumi.ResourceOptions(parent=outer))
        aws.s3.Bucket("inside", opts=pulumi.ResourceOptions(parent=inner))
        aws.s3.Bucket("alone")

    recording = record(program)
    inside, alone = (recording.one(aws.s3.Bucket, name) for name in ("inside", "alone"))
    stack = "urn:pulumi:dev::webui-bedrock::"
    assert inside.urn == f"{stack}test:index:Outer$test:index:Inner$aws:s3/bucket:Bucket::inside"
    assert (alone.urn, alone.parent) == (f"{stack}aws:s3/bucket:Bucket::alone", None)


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
    first, second = recording.one(aws.s3.Bucket, "first"), recording.one(aws.s3.Bucket, "second")
    assert (first.protect, first.retain_on_delete, first.delete_before_replace) == (None, None, None)
    assert (second.protect, second.retain_on_delete, second.delete_before_replace) == (True, True, True)
    assert second.ignore_changes == ("tags",)
    assert second.replace_on_changes == ("bucket",)
    assert second.import_id == second.id == "existing"
    assert {"name": "old"} in second.aliases
    assert second.custom_timeouts == {"create": "5m"}
    assert second.dependencies == {first.urn}
    assert second.property_dependencies["bucket"] == {first.urn}


def test_connections_between_resources_are_found_from_both_ends() -> None:
    recording = record(one_vault)
    secret, version = recording.one(aws.secretsmanager.Secret), recording.one(aws.secretsmanager.SecretVersion)
    assert recording.used_by(version, "secretId", aws.secretsmanager.Secret) == [secret]
    assert recording.users_of(secret, "secretId", aws.secretsmanager.SecretVersion) == [version]
    assert recording.users_of(secret, "secretString", aws.secretsmanager.SecretVersion) == []
    assert recording.dependents_of(secret, "aws:secretsmanager/secretVersion:SecretVersion") == [version]


def test_a_type_is_told_as_a_python_program_writes_it() -> None:
    tokens = ("aws:ecs/service:Service", "awsx:ec2:Vpc", "random:index/randomPassword:RandomPassword")
    assert [*map(short_type, tokens)] == ["ecs.Service", "awsx.ec2.Vpc", "random.RandomPassword"]


def test_log_messages_are_kept_with_their_severity() -> None:
    def program() -> None:
        pulumi.log.debug("noise")
        pulumi.log.info("told")
        pulumi.log.warn("careful")

    recording = record(program)
    assert recording.log == [("info", "told"), ("warning", "careful")]
    assert recording.warnings == ["careful"]


def test_looking_for_one_resource_says_what_there_is() -> None:
    recording = record(one_vault)
    with pytest.raises(LookupError, match=r"named 'x', found 0; of this type there are: vault-secret"):
        recording.one(aws.secretsmanager.Secret, "x")
    with pytest.raises(LookupError, match="no resource has the URN urn:none"):
        recording.by_urn("urn:none")
