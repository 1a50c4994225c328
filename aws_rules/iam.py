"""Builders of IAM policy documents: plain dicts and lists in a fixed order.

ARNs are typed `object` because components pass Pulumi outputs; only `pull_images` looks into one that is text.
"""

from collections.abc import Mapping, Sequence

from aws_rules.iam_names import BACKUP
from aws_rules.image_reference import may_be_a_cache

Statement = dict[str, object]
Conditions = Mapping[str, Mapping[str, object]]
"""Operator -> condition key -> value or values."""

Principal = str | Mapping[str, object]
ANYBODY: Principal = {"AWS": "*"}


def service(name: str) -> Principal:
    """An AWS service that acts in its own name, such as `cloudwatch.amazonaws.com`."""
    return {"Service": name}


MOST_POLICY_CHARACTERS = 10_240
"""All inline policies of a role together, without white space (IAM quotas)."""


def document(*statements: Statement) -> dict[str, object]:
    """A policy document of the current policy language version."""
    return {"Version": "2012-10-17", "Statement": list(statements)}


def allow(
    sid: str,
    actions: str | Sequence[str],
    resources: object,
    conditions: Conditions | None = None,
    *,
    principal: Principal | None = None,
) -> Statement:
    """An Allow statement on one ARN or a list of them.

    `principal` says who, in the policy of a resource or a key; a role's own policy has none.
    """
    return _statement("Allow", sid, actions, resources, conditions, principal)


def deny(
    sid: str,
    actions: str | Sequence[str],
    resources: object,
    conditions: Conditions | None = None,
    *,
    principal: Principal | None = None,
) -> Statement:
    """A Deny statement; the arguments are those of `allow`."""
    return _statement("Deny", sid, actions, resources, conditions, principal)


def _statement(
    effect: str,
    sid: str,
    actions: str | Sequence[str],
    resources: object,
    conditions: Conditions | None,
    principal: Principal | None,
) -> Statement:
    statement: Statement = {
        "Sid": sid,
        "Effect": effect,
        "Action": actions if isinstance(actions, str) else list(actions),
        "Resource": list(resources) if isinstance(resources, list | tuple) else resources,
    }
    if conditions:
        statement["Condition"] = {operator: dict(keys) for operator, keys in conditions.items()}
    if principal:
        statement["Principal"] = principal
    return statement


def deny_without_tls(actions: str | Sequence[str], resources: object, *, principal: Principal = ANYBODY) -> Statement:
    """Refuse every request of anybody that does not come over TLS."""
    return deny("TlsOnly", actions, resources, {"Bool": {"aws:SecureTransport": "false"}}, principal=principal)


def assume_role(name: str, account_id: object, source_arn_pattern: object = None) -> dict[str, object]:
    """A trust policy for an AWS service principal such as `ecs-tasks.amazonaws.com`.

    The conditions keep other accounts' resources from using the role through the service (confused deputy);
    ECS documents them for its task roles, with `arn:<partition>:ecs:<region>:<account>:*` as the pattern.
    """
    condition: dict[str, object] = {"StringEquals": {"aws:SourceAccount": account_id}}
    if source_arn_pattern is not None:
        condition["ArnLike"] = {"aws:SourceArn": source_arn_pattern}
    trust: Statement = {
        "Sid": "AssumeRole",
        "Effect": "Allow",
        "Principal": service(name),
        "Action": ["sts:AssumeRole"],
    }
    return document(trust if name == BACKUP else {**trust, "Condition": condition})


def read_secrets(secret_arns: Sequence[object]) -> Statement:
    """Read Secrets Manager secrets, given by secret ARN (no `:json-key:` part)."""
    return allow("ReadSecrets", ["secretsmanager:GetSecretValue"], secret_arns)


def read_parameters(parameter_arns: Sequence[object]) -> Statement:
    """Read parameters of Systems Manager, given by ARN."""
    return allow("ReadParameters", ["ssm:GetParameters"], parameter_arns)


def decrypt(key_arns: Sequence[object], via: object) -> Statement:
    """Decrypt with KMS keys, only through the service endpoint `via` (`secretsmanager.<region>.<suffix>`)."""
    return allow("Decrypt", ["kms:Decrypt"], key_arns, {"StringEquals": {"kms:ViaService": via}})


def write_logs(log_streams_arn: object) -> Statement:
    """Write to log streams: `<log group ARN>:log-stream:<stream prefix>/*`."""
    return allow("WriteLogs", ["logs:CreateLogStream", "logs:PutLogEvents"], [log_streams_arn])


def pull_images(repository_arns: Sequence[object | None]) -> list[Statement]:
    """Pull from private ECR repositories; no statements for images from public registries (None)."""
    given = [arn for arn in repository_arns if arn is not None]
    repositories = [arn for position, arn in enumerate(given) if arn not in given[:position]]
    if not repositories:
        return []
    actions = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
    statements = [
        allow("EcrLogin", ["ecr:GetAuthorizationToken"], ["*"]),
        allow("PullImage", actions, repositories),
    ]
    # Whoever pulls a tag first imports it (ECR user guide, "IAM permissions required to sync an upstream registry").
    caches = [arn for arn in repositories if isinstance(arn, str) and may_be_a_cache(arn.partition(":repository/")[2])]
    if caches:
        statements.append(allow("ImportImage", ["ecr:BatchImportUpstreamImage", "ecr:CreateRepository"], caches))
    return statements


def mount_efs(file_system_arn: object, access_point_arn: object) -> Statement:
    """Mount and write a file system through one access point, never as root."""
    return _mount_efs(file_system_arn, access_point_arn, "Mount", "Write")


def mount_efs_as_root(file_system_arn: object, access_point_arn: object) -> Statement:
    """Mount and write a file system through one access point, with the rights of root."""
    return _mount_efs(file_system_arn, access_point_arn, "Mount", "RootAccess", "Write")


def _mount_efs(file_system_arn: object, access_point_arn: object, *actions: str) -> Statement:
    return allow(
        "MountFileSystem",
        [f"elasticfilesystem:Client{action}" for action in actions],
        [file_system_arn],
        {"StringEquals": {"elasticfilesystem:AccessPointArn": access_point_arn}},
    )


def keep_objects(bucket_arn: object, objects_arn: object) -> list[Statement]:
    """Read, write and delete the objects of a bucket, and list them; `objects_arn` is `<bucket ARN>/*`.

    A large file is written in parts, which its writer deletes when one of them fails.
    """
    actions = [f"s3:{action}" for action in ("AbortMultipartUpload", "DeleteObject", "GetObject", "PutObject")]
    return [allow("ListUploads", ["s3:ListBucket"], [bucket_arn]), allow("KeepUploads", actions, [objects_arn])]


def encrypt_objects(key_arn: object, via: object) -> Statement:
    """Use a KMS key for S3 objects, only through S3 (`s3.<region>.<suffix>`): it asks KMS in its caller's name."""
    return allow(
        "EncryptUploads", ["kms:Decrypt", "kms:GenerateDataKey"], [key_arn], {"StringEquals": {"kms:ViaService": via}}
    )


def send_traces() -> Statement:
    """Send traces to X-Ray, whose actions for that know no resource (Service Authorization Reference)."""
    return allow("SendTraces", ["xray:PutTelemetryRecords", "xray:PutTraceSegments"], ["*"])


def exec_channel(log_group_arn: object, log_streams_arn: object, key_arn: object) -> list[Statement]:
    """What a task role needs for ECS Exec with an encrypted, logged session.

    `log_streams_arn` is `<log group ARN>:*`; `key_arn` is the KMS key of the cluster's exec configuration.
    """
    channel = ["CreateControlChannel", "CreateDataChannel", "OpenControlChannel", "OpenDataChannel"]
    return [
        allow("ExecChannel", [f"ssmmessages:{action}" for action in channel], ["*"]),
        allow("ExecFindLogGroup", ["logs:DescribeLogGroups"], ["*"]),
        allow(
            "ExecLog",
            ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
            [log_group_arn, log_streams_arn],
        ),
        allow("ExecDecrypt", ["kms:Decrypt"], [key_arn]),
    ]


def call_no_model() -> Statement:
    """Take the right to call any model of Amazon Bedrock away, also as another role."""
    actions = ["bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream", "bedrock-mantle:CreateInference"]
    return deny("BudgetIsSpent", [*actions, "sts:AssumeRole"], ["*"])


def attach_policy(policy_arn: object, role_arn: object) -> Statement:
    """Attach one managed policy to one role, and take it away again."""
    actions = ["iam:AttachRolePolicy", "iam:DetachRolePolicy"]
    return allow("StopTheGateway", actions, [role_arn], {"ArnEquals": {"iam:PolicyARN": policy_arn}})
