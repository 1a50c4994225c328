"""Every role is within the organization's limits, and a task may do what it was given and nothing that it was not."""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

import pulumi_aws as aws
import pytest
from hypothesis import given

import settings
from offline.engine.recording import Recording
from offline.services import role_statements
from settings.storage import Storage
from tests.program.configurations import Configuration, configurations
from tests.program.test_any_configuration import examples, parsed, planned
from tests.program.variants import VARIANTS
from tests.support.program import GATEWAY_IMAGE, Config, apps, containers, environment, plan, service

BOUNDARY = "arn:aws:iam::123456789012:policy/boundary"
LIMITS: Config = {"permissionsBoundary": BOUNDARY, "rolePath": "/team/"}
ECR = re.compile(r"(\d+)\.dkr\.ecr\.([\w-]+)\.amazonaws\.com(?:\.cn)?/([^:@]+)")
SENDS = {"s3:DeleteObject", "s3:GetObject", "s3:PutObject", "xray:PutTraceSegments"}
"""Rights that an app has for its own uploads and traces alone."""
READ_SECRET = "secretsmanager:GetSecretValue"
STACK_KEY = "encryption-key-kms"
READ = "arn:aws:iam::aws:policy/AmazonPollyReadOnlyAccess"
SPEECH = {"Sid": "Speech", "Effect": "Allow", "Action": "sns:Publish", "Resource": "arn:aws:sns:{region}:{account}:a"}
IN_FULL = SPEECH | {"Action": ["sns:Publish"], "Resource": ["arn:aws:sns:us-east-1:123456789012:a"]}
GIVEN: Config = {
    "webui": {"policies": [READ], "statements": [SPEECH]},
    "gateway": {"image": GATEWAY_IMAGE},
    "services": {"worker": {"image": "public.ecr.aws/team/worker:1.4.2", "statements": [SPEECH]}},
}


@pytest.mark.parametrize("name", VARIANTS)
def test_every_role_has_the_boundary_and_the_path_whatever_the_stack_is(name: str) -> None:
    variant = VARIANTS[name]
    recording = plan({**variant.overrides, **LIMITS}, aws=variant.aws)
    roles = recording.of_type(aws.iam.Role)
    limits = [(role.inputs.get("permissionsBoundary"), role.inputs.get("path")) for role in roles]
    assert limits == [(BOUNDARY, "/team/")] * len(roles)
    # What makes a role beside these does so where no transformation of this program reaches.
    makers = {resource.type for resource in recording.resources if not resource.type.startswith(("aws:", "random:"))}
    assert makers <= {"awsx:ec2:Vpc", "awsx:ecr:Image", "pulumi:pulumi:Stack", *own_components(makers)}


def own_components(types: set[str]) -> set[str]:
    return {token for token in types if token.startswith("webui-bedrock:")}


@given(configurations())
@examples(3)
def test_each_right_is_in_the_role_of_its_app_and_in_no_other(configuration: Configuration) -> None:
    stack = parsed(configuration)
    if stack is None:
        return
    recording = planned(configuration)
    account, region = recording.aws.account_id, recording.aws.region
    for name, app in stack.apps.items():
        said = [statement.document(account, region) for statement in app.statements]
        assert given_to(recording, name) == (list(app.policies), said), name
        check_execution(recording, name)
        needed, may = implied(recording, stack, name), own_rights(recording, name)
        assert needed <= may, name
        assert {action for action, _ in needed if action in SENDS} == {action for action, _ in may if action in SENDS}
    for role in recording.of_type(aws.iam.Role):
        assert role.inputs.get("permissionsBoundary") == stack.permissions_boundary
        assert role.inputs.get("path") == stack.role_path


def check_execution(recording: Recording, app: str) -> None:
    """ECS may read each secret, and pull each image of the account, of every container of a task."""
    may = rights(role_statements(recording, service(recording, app), "executionRoleArn"))
    for container in containers(recording, app).values():
        values = {":".join(pair["valueFrom"].split(":")[:7]) for pair in container.get("secrets") or []}
        actions = {value: "ssm:GetParameters" if ":parameter/" in value else READ_SECRET for value in values}
        assert {(action, value) for value, action in actions.items()} <= may, container["name"]
        if found := ECR.match(container["image"]):
            repository = f"arn:{recording.aws.partition}:ecr:{found[2]}:{found[1]}:repository/{found[3]}"
            assert ("ecr:BatchGetImage", repository) in may, container["name"]


def implied(recording: Recording, stack: settings.StackSettings, app: str) -> set[tuple[str, str]]:
    """Action and resource of what an app needs for the places of its uploads and its telemetry."""
    needed: set[tuple[str, str]] = set()
    if app == "webui" and stack.webui.storage is Storage.S3:
        bucket = f"arn:{recording.aws.partition}:s3:::{environment(recording, app)['S3_BUCKET_NAME']}"
        needed |= {
            ("s3:ListBucket", bucket),
            *((action, f"{bucket}/*") for action in SENDS if action.startswith("s3:")),
        }
        given = stack.webui.bucket
        key = (
            given.kms_key_arn
            if given
            else next(one for one in recording.resources if one.name == STACK_KEY).outputs["arn"]
        )
        needed |= {("kms:GenerateDataKey", key)} if key else set()
    telemetry = stack.telemetry
    if app in telemetry.services and telemetry.traces:
        needed |= {("xray:PutTraceSegments", "*")}
    if app in telemetry.services and (telemetry.metrics or telemetry.logs):
        exporters = json.loads(environment(recording, app, "telemetry")["AOT_CONFIG_CONTENT"])["exporters"]
        groups = {one["log_group_name"] for one in exporters.values() if "log_group_name" in one}
        where = f"{recording.aws.partition}:logs:{recording.aws.region}:{recording.aws.account_id}:log-group"
        needed |= {("logs:PutLogEvents", f"arn:{where}:{group}:log-stream:telemetry/{app}/*") for group in groups}
    return needed


def own_rights(recording: Recording, app: str) -> set[tuple[str, str]]:
    """Action and resource of what this program, not the user, lets an app's tasks do."""
    policies = [one for one in recording.of_type(aws.iam.RolePolicy) if one.name == f"{app}-task-policy"]
    return {pair for one in policies for pair in rights(json.loads(one.inputs["policy"])["Statement"])}


def rights(statements: Iterable[Mapping[str, Any]]) -> set[tuple[str, str]]:
    return {
        (action, resource)
        for statement in statements
        for action in statement["Action"]
        for resource in statement["Resource"]
    }


def test_no_role_has_either_unless_it_is_said() -> None:
    for role in plan().of_type(aws.iam.Role):
        assert {"permissionsBoundary", "path"}.isdisjoint(role.inputs)


def test_a_task_role_holds_what_its_app_was_given_and_no_other_does() -> None:
    recording = plan(GIVEN)
    assert {app: given_to(recording, app) for app in apps(recording)} == {
        "webui": ([READ], [IN_FULL]),
        "gateway": ([], []),
        "worker": ([], [IN_FULL]),
    }
    for app in apps(recording):
        assert IN_FULL not in role_statements(recording, service(recording, app), "executionRoleArn")


def test_no_task_starts_before_its_role_holds_them() -> None:
    recording = plan(GIVEN)
    role = recording.one(aws.iam.Role, "webui-task-role")
    waiting = recording.one(aws.ecs.TaskDefinition, "webui-task").property_dependencies["taskRoleArn"]
    attached = recording.users_of(role, "role", aws.iam.RolePolicyAttachment)
    assert {one.urn for one in (*attached, *recording.users_of(role, "role", aws.iam.RolePolicy))} <= set(waiting)


def given_to(recording: Recording, app: str) -> tuple[list[str], list[Any]]:
    """The managed policies of an app's task role, and the statements of the policy for what is given."""
    role = recording.one(aws.iam.Role, f"{app}-task-role")
    attached = [one.inputs["policyArn"] for one in recording.users_of(role, "role", aws.iam.RolePolicyAttachment)]
    inline = recording.users_of(role, "role", aws.iam.RolePolicy)
    documents = [json.loads(one.inputs["policy"]) for one in inline if one.name == f"{app}-task-given-policy"]
    return attached, [statement for document in documents for statement in document["Statement"]]
