"""What ECS may do to start a task, and what the application may do: nothing else."""

import json
from dataclasses import replace
from typing import Any

import pulumi
import pulumi_aws as aws
import pytest

from components.ecs_app_service import EcsAppService
from components.ecs_app_service.args import EcsAppServiceArgs
from components.support.secret_values import SecretReference, keep_secret
from offline.engine import record
from offline.engine.recording import Recording
from policy.policies.iam import UNAVOIDABLE
from tests.support.component_args import (
    BROUGHT_SECRET_ARN,
    KEEPING,
    KEY_ARN,
    LOCATION,
    LOG_GROUP_ARN,
    LONGEST_SERVICE,
    SERVICE,
    WORKER,
)
from tests.support.component_recording import FACTS, depends_on, policy, record_one
from tests.support.component_variants import recorded

both = pytest.mark.parametrize("variant", ["worker", "service with everything"])


def execution(variant: str) -> dict[str, dict[str, Any]]:
    return policy(recorded(variant).one(aws.iam.RolePolicy, f"{LONGEST_SERVICE}-execution-policy"))


def task() -> dict[str, dict[str, Any]]:
    return policy(recorded("service with everything").one(aws.iam.RolePolicy, f"{LONGEST_SERVICE}-task-policy"))


def with_args(args: EcsAppServiceArgs) -> Recording:
    return record_one(EcsAppService, "app", args)


def reading(secrets: dict[str, SecretReference]) -> dict[str, dict[str, Any]]:
    """The execution role's statements for a service that reads these secrets."""
    args = replace(WORKER, app=replace(WORKER.app, secrets=secrets))
    return policy(with_args(args).one(aws.iam.RolePolicy, "app-execution-policy"))


@both
def test_only_ecs_tasks_of_this_account_assume_the_roles(variant: str) -> None:
    for role in recorded(variant).of_type(aws.iam.Role):
        [statement] = json.loads(role.inputs["assumeRolePolicy"])["Statement"]
        assert statement["Principal"] == {"Service": "ecs-tasks.amazonaws.com"}
        assert statement["Condition"] == {
            "StringEquals": {"aws:SourceAccount": LOCATION.account_id},
            "ArnLike": {"aws:SourceArn": LOCATION.arn("ecs", "*")},
        }


@both
def test_the_task_uses_one_role_to_start_and_another_to_run(variant: str) -> None:
    arns = {role.name: role.outputs["arn"] for role in recorded(variant).of_type(aws.iam.Role)}
    inputs = recorded(variant).one(aws.ecs.TaskDefinition).inputs
    assert inputs["executionRoleArn"] == arns[f"{LONGEST_SERVICE}-execution-role"]
    assert inputs["taskRoleArn"] == arns[f"{LONGEST_SERVICE}-task-role"]


def test_no_task_is_defined_before_its_roles_have_their_policies() -> None:
    recording = recorded("service with everything")
    waits_for = depends_on(recording, recording.one(aws.ecs.TaskDefinition))
    assert {f"{LONGEST_SERVICE}-execution-policy", f"{LONGEST_SERVICE}-task-policy"} <= waits_for


def test_a_service_without_secrets_may_only_write_its_logs() -> None:
    assert set(execution("worker")) == {"WriteLogs"}


@both
def test_logs_are_written_below_the_services_own_stream_prefix_only(variant: str) -> None:
    assert execution(variant)["WriteLogs"]["Resource"] == [f"{LOG_GROUP_ARN}:log-stream:app/*"]


def test_the_execution_role_reads_its_own_secrets_and_names_each_once() -> None:
    statement = execution("service with everything")["ReadSecrets"]
    assert statement["Action"] == ["secretsmanager:GetSecretValue"]
    assert statement["Resource"] == [BROUGHT_SECRET_ARN]


def test_it_decrypts_with_the_secrets_keys_and_only_through_secrets_manager() -> None:
    statement = execution("service with everything")["Decrypt"]
    assert (statement["Action"], statement["Resource"]) == (["kms:Decrypt"], [KEY_ARN])
    assert statement["Condition"] == {"StringEquals": {"kms:ViaService": "secretsmanager.eu-west-1.amazonaws.com"}}


def test_secrets_under_the_key_of_aws_ask_for_no_decryption() -> None:
    plain = SecretReference(value_from=BROUGHT_SECRET_ARN, secret_arn=BROUGHT_SECRET_ARN, version_id="1")
    assert set(reading({"PLAIN": plain})) == {"WriteLogs", "ReadSecrets"}


def test_secrets_of_init_containers_are_readable_too() -> None:
    other = LOCATION.arn("secretsmanager", "secret:other-AbCdEf")
    secrets = {"OTHER": SecretReference(value_from=other, secret_arn=other, version_id="1")}
    init = replace(SERVICE.init_containers[0], secrets=secrets)
    statements = policy(
        with_args(replace(SERVICE, init_containers=[init])).one(aws.iam.RolePolicy, "app-execution-policy")
    )
    assert set(statements["ReadSecrets"]["Resource"]) == {other, BROUGHT_SECRET_ARN}


def test_generated_secrets_are_named_once_although_several_variables_hold_them() -> None:
    def program() -> None:
        owner = pulumi.ComponentResource("test:index:Owner", "owner")
        key = keep_secret("owner", "v", description="d", keeping=KEEPING, parent=owner)
        app = replace(WORKER.app, secrets={"FIRST": key, "SECOND": key})
        EcsAppService("app", replace(WORKER, app=app))

    recording = record(program, aws=FACTS)
    statements = policy(recording.one(aws.iam.RolePolicy, "app-execution-policy"))
    secret = recording.one(aws.secretsmanager.Secret).outputs["arn"]
    assert statements["ReadSecrets"]["Resource"] == [secret]
    assert statements["Decrypt"]["Resource"] == [KEY_ARN]


def test_only_a_private_image_gives_leave_to_pull_and_only_from_its_repository() -> None:
    assert not {"EcrLogin", "PullImage"} & set(execution("worker"))
    repositories = [SERVICE.image_repository_arn, *SERVICE.sidecar_repository_arns]
    assert execution("service with everything")["PullImage"]["Resource"] == repositories


@pytest.mark.parametrize(
    ("repository", "imports"),
    [
        ("github/open-webui/open-webui", True),
        ("docker-hub/library/nginx", True),
        ("open-webui/open-webui", False),
        ("bedrock-proxy-api-ecs", False),
    ],
)
def test_who_pulls_through_a_cache_may_import_the_image_into_that_repository(repository: str, imports: bool) -> None:
    arn = LOCATION.arn("ecr", f"repository/{repository}")
    args = replace(WORKER, image_repository_arn=arn)
    statements = policy(record(lambda: EcsAppService("app", args), aws=FACTS).one(aws.iam.RolePolicy))
    assert ("ImportImage" in statements) is imports
    if imports:
        assert statements["ImportImage"]["Action"] == ["ecr:BatchImportUpstreamImage", "ecr:CreateRepository"]
        assert statements["ImportImage"]["Resource"] == [arn]


def test_a_task_role_without_anything_to_do_has_no_policy() -> None:
    assert [found.name for found in recorded("worker").of_type(aws.iam.RolePolicy)] == [
        f"{LONGEST_SERVICE}-execution-policy"
    ]


def test_the_task_role_holds_what_the_application_was_granted() -> None:
    assert task()["Bedrock"] == SERVICE.task_statements[0]


def test_the_task_role_mounts_its_volume_through_its_access_point_and_never_as_root() -> None:
    [files, _] = SERVICE.volumes
    statement = task()["MountFileSystem"]
    assert statement["Resource"] == [files.file_system_arn]
    assert statement["Action"] == ["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"]
    condition = {"elasticfilesystem:AccessPointArn": files.access_point_arn}
    assert statement["Condition"] == {"StringEquals": condition}


def test_exec_is_allowed_only_where_it_is_on() -> None:
    assert {sid for sid in task() if sid.startswith("Exec")} == {
        "ExecChannel",
        "ExecDecrypt",
        "ExecFindLogGroup",
        "ExecLog",
    }
    off = with_args(replace(SERVICE, exec_enabled=False)).one(aws.iam.RolePolicy, "app-task-policy")
    assert set(policy(off)) == {"Bedrock", "MountFileSystem"}


def test_exec_logs_to_the_clusters_group_and_decrypts_with_its_key() -> None:
    assert task()["ExecLog"]["Resource"] == [LOG_GROUP_ARN, f"{LOG_GROUP_ARN}:*"]
    assert task()["ExecDecrypt"]["Resource"] == [KEY_ARN]


def test_a_wildcard_stands_only_where_no_arn_can() -> None:
    statements = {**execution("service with everything"), **task()}
    wild = {sid for sid, statement in statements.items() if "*" in statement["Resource"]}
    assert wild <= UNAVOIDABLE.keys()
    assert {action for s in statements.values() for action in s["Action"] if action.endswith(":*")} == set()
