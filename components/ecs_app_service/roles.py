"""The two roles of an ECS service: one for ECS to start its tasks, one for the application."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_aws as aws

from aws_rules import iam, iam_names
from components.ecs_app_service.args import EcsAppServiceArgs
from components.support.canonical_json import canonical_json
from components.support.once import once
from components.support.secret_values import SecretReference


@dataclass(frozen=True, kw_only=True)
class _GivenRights:
    """What a role has besides, from outside."""

    policies: Sequence[str] = ()
    statements: Sequence[Mapping[str, Any]] = ()


def make_execution_role(name: str, args: EcsAppServiceArgs, parent: pulumi.Resource) -> pulumi.Output[str]:
    """The role that ECS pulls the images, reads the secrets and writes the logs with."""
    streams = pulumi.Output.concat(args.placement.log_group_arn, f":log-stream:{args.app.name}/*")
    statements = [
        *iam.pull_images([args.image_repository_arn, *args.sidecar_repository_arns]),
        iam.write_logs(streams),
        *_read_secrets(args),
    ]
    return _make_role(f"{name}-execution", args, statements, parent)


def make_task_role(name: str, args: EcsAppServiceArgs, parent: pulumi.Resource) -> pulumi.Output[str]:
    """The application's own role: its volumes, ECS Exec when it is on, and what the application was granted."""
    placement = args.placement
    statements = [
        *args.task_statements,
        *(
            iam.mount_efs(volume.file_system_arn, volume.access_point_arn)
            for volume in args.volumes
            if volume.access_point_arn is not None
        ),
    ]
    if args.exec_enabled:
        streams = pulumi.Output.concat(placement.log_group_arn, ":*")
        statements += iam.exec_channel(placement.log_group_arn, streams, placement.kms_key_arn)
    given = _GivenRights(policies=args.policies, statements=args.given_statements)
    return _make_role(f"{name}-task", args, statements, parent, given)


def _read_secrets(args: EcsAppServiceArgs) -> list[iam.Statement]:
    values = _distinct(_secrets(args), "secret_arn")
    secrets = [value for value in values if not value.is_parameter]
    parameters = [value.secret_arn for value in values if value.is_parameter]
    statements = [iam.read_secrets([secret.secret_arn for secret in secrets])] if secrets else []
    statements += [iam.read_parameters(parameters)] if parameters else []
    keys = [secret.kms_key_arn for secret in _distinct(_secrets(args), "kms_key_arn") if secret.kms_key_arn is not None]
    if keys:
        statements.append(iam.decrypt(keys, f"secretsmanager.{args.placement.location.region}.amazonaws.com"))
    return statements


def _secrets(args: EcsAppServiceArgs) -> list[SecretReference]:
    return [secret for container in args.containers for _, secret in sorted(container.secrets.items())]


def _distinct(secrets: Sequence[SecretReference], attribute: str) -> list[SecretReference]:
    """One secret for each value of `attribute`; outputs count as the same when they are the same object."""
    return list({_identity(getattr(secret, attribute)): secret for secret in secrets}.values())


def _identity(value: object) -> object:
    return value if isinstance(value, str) else id(value)


def _make_role(
    name: str,
    args: EcsAppServiceArgs,
    statements: Sequence[Any],
    parent: pulumi.Resource,
    given: _GivenRights = _GivenRights(),
) -> pulumi.Output[str]:
    location = args.placement.location
    trust = iam.assume_role("ecs-tasks.amazonaws.com", location.account_id, location.arn("ecs", "*"))
    child = pulumi.ResourceOptions(parent=parent)
    role = aws.iam.Role(f"{name}-role", assume_role_policy=canonical_json(trust), opts=child)
    inline = {f"{name}-policy": statements, f"{name}-given-policy": given.statements}
    rights: list[pulumi.Output[str]] = [
        aws.iam.RolePolicy(called, role=role.name, policy=canonical_json(iam.document(*said)), opts=child).id
        for called, said in inline.items()
        if said
    ]
    rights += [
        aws.iam.RolePolicyAttachment(f"{name}-{iam_names.in_names(arn)}", role=role.name, policy_arn=arn, opts=child).id
        for arn in given.policies
    ]
    # With its policies attached: a task that starts before cannot read its secrets, and on destroy a policy that goes
    # before the service leaves it draining for ever.
    return once(role.arn, *rights) if rights else role.arn
