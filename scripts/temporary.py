"""What a command makes in AWS for its own time: each is deleted again, whatever happens meanwhile."""

import json
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from aws_rules import iam
from health.aws import AWS_ERRORS, Aws, message

Properties = Mapping[str, Any]

INLINE: Final = "rights"
LEFT: Final = """\
{what} could not be deleted: {why}
Delete it by hand:
{by_hand}"""


@contextmanager
def role(aws: Aws, name: str, like: str, trust: Properties, rights: str | iam.Statement) -> Iterator[str]:
    """A role, by its ARN, with path, permissions boundary and tags of another one.

    Its rights are a managed policy, by ARN, or a statement.
    """
    client = aws.client("iam")
    other = client.get_role(RoleName=like)["Role"]
    limits = {"PermissionsBoundary": other.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn")}
    made = client.create_role(
        RoleName=name,
        Path=other["Path"],
        AssumeRolePolicyDocument=json.dumps(trust),
        Tags=[tag for tag in other.get("Tags", []) if not tag["Key"].startswith("aws:")],
        **{key: value for key, value in limits.items() if value},
    )
    by_hand = f"aws iam delete-role-policy --role-name {name} --policy-name {INLINE}"
    if isinstance(rights, str):
        by_hand = f"aws iam detach-role-policy --role-name {name} --policy-arn {rights}"

    def delete() -> None:
        for policy in client.list_attached_role_policies(RoleName=name)["AttachedPolicies"]:
            client.detach_role_policy(RoleName=name, PolicyArn=policy["PolicyArn"])
        for policy in client.list_role_policies(RoleName=name)["PolicyNames"]:
            client.delete_role_policy(RoleName=name, PolicyName=policy)
        client.delete_role(RoleName=name)

    with _deleted(f"The role {name}", delete, f"{by_hand}\naws iam delete-role --role-name {name}"):
        if isinstance(rights, str):
            client.attach_role_policy(RoleName=name, PolicyArn=rights)
        else:
            client.put_role_policy(RoleName=name, PolicyName=INLINE, PolicyDocument=json.dumps(iam.document(rights)))
        client.get_waiter("role_exists").wait(RoleName=name)
        yield made["Role"]["Arn"]


@contextmanager
def root_access_point(aws: Aws, file_system_id: str) -> Iterator[Properties]:
    """An access point that shows the whole file system to the user root, as EFS describes it."""
    efs = aws.client("efs")
    root = {"PosixUser": {"Uid": 0, "Gid": 0}, "RootDirectory": {"Path": "/"}}
    made = efs.create_access_point(FileSystemId=file_system_id, **root)
    known = {"AccessPointId": made["AccessPointId"]}
    by_hand = f"aws efs delete-access-point --access-point-id {made['AccessPointId']}"
    with _deleted(f"The access point {made['AccessPointId']}", lambda: efs.delete_access_point(**known), by_hand):
        while efs.describe_access_points(**known)["AccessPoints"][0]["LifeCycleState"] == "creating":
            time.sleep(2)
        yield made


@contextmanager
def task_definition(aws: Aws, asked: Properties) -> Iterator[str]:
    """A task definition, by its ARN."""
    ecs = aws.client("ecs")
    arn = ecs.register_task_definition(**asked)["taskDefinition"]["taskDefinitionArn"]

    def delete() -> None:
        ecs.deregister_task_definition(taskDefinition=arn)
        ecs.delete_task_definitions(taskDefinitions=[arn])

    by_hand = f"aws ecs deregister-task-definition --task-definition {arn}"
    with _deleted(f"The task definition {arn}", delete, by_hand):
        yield arn


@contextmanager
def _deleted(what: str, delete: Callable[[], object], by_hand: str) -> Iterator[None]:
    try:
        yield
    finally:
        try:
            delete()
        except AWS_ERRORS as error:
            print(LEFT.format(what=what, why=message(error), by_hand=by_hand), file=sys.stderr)
