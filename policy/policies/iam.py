"""Who may do what: no wildcards but those that AWS leaves no choice about."""

from collections.abc import Iterator
from typing import Any, Final

from aws_rules.iam_names import BACKUP, is_meant_to_be_broad

from .model import JudgedResource, Stack, advisory, as_list, json_of, look, mandatory

UNAVOIDABLE: Final[dict[str, frozenset[str]]] = {
    "BedrockList": frozenset({"bedrock:ListFoundationModels", "bedrock:ListInferenceProfiles"}),
    "EcrLogin": frozenset({"ecr:GetAuthorizationToken"}),
    "ExecChannel": frozenset(
        {
            "ssmmessages:CreateControlChannel",
            "ssmmessages:CreateDataChannel",
            "ssmmessages:OpenControlChannel",
            "ssmmessages:OpenDataChannel",
        }
    ),
    "ExecFindLogGroup": frozenset({"logs:DescribeLogGroups"}),
    "SendTraces": frozenset({"xray:PutTelemetryRecords", "xray:PutTraceSegments"}),
}
"""Statement ID -> the actions that may name the resource "*" in it: AWS knows no narrower resource for them."""

_IDENTITY_POLICIES: Final = {
    "aws:iam/groupPolicy:GroupPolicy": "policy",
    "aws:iam/policy:Policy": "policy",
    "aws:iam/rolePolicy:RolePolicy": "policy",
    "aws:iam/userPolicy:UserPolicy": "policy",
}
_RESOURCE_POLICIES: Final = {
    "aws:ecr/repositoryPolicy:RepositoryPolicy": "policy",
    "aws:efs/fileSystemPolicy:FileSystemPolicy": "policy",
    "aws:iam/role:Role": "assumeRolePolicy",
    "aws:kms/key:Key": "policy",
    "aws:s3/bucketPolicy:BucketPolicy": "policy",
    "aws:secretsmanager/secretPolicy:SecretPolicy": "policy",
    "aws:sns/topicPolicy:TopicPolicy": "policy",
    "aws:sqs/queuePolicy:QueuePolicy": "policy",
}
_ATTACHMENTS: Final = (
    "aws:iam/groupPolicyAttachment:GroupPolicyAttachment",
    "aws:iam/policyAttachment:PolicyAttachment",
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
    "aws:iam/userPolicyAttachment:UserPolicyAttachment",
)


@mandatory("wildcard-action", "No policy allows all actions, or all of a service (IAM.1, IAM.21): name the actions")
def wildcard_action(resource: JudgedResource, _stack: Stack) -> Iterator[str]:
    """Actions are named one by one."""
    for statement in _not_said_to_be_broad(resource):
        if "NotAction" in statement:
            yield f"{_sid(statement)} allows all actions but some"
        for action in as_list(statement.get("Action")):
            if action == "*" or str(action).endswith(":*"):
                yield f"{_sid(statement)} allows {action}"


@mandatory("wildcard-resource", "No policy allows every resource where an ARN exists (KMS.2): name the ARNs")
def wildcard_resource(resource: JudgedResource, _stack: Stack) -> Iterator[str]:
    """Resources are named by ARN."""
    for statement in _not_said_to_be_broad(resource):
        if "NotResource" in statement:
            yield f"{_sid(statement)} allows all resources but some"
        actions = {str(action) for action in as_list(statement.get("Action"))}
        if "*" in as_list(statement.get("Resource")) and not actions <= UNAVOIDABLE.get(_sid(statement), frozenset()):
            yield f"{_sid(statement)} allows {', '.join(sorted(actions))} on every resource"


@mandatory(
    "broad-managed-policy",
    "Roles get policies of their own (IAM.1): write one with the actions that are needed",
    *_ATTACHMENTS,
)
def broad_managed_policy(resource: JudgedResource, _stack: Stack) -> Iterator[str]:
    """AWS's policies for administrators belong to people, not to programs."""
    arn = str(resource.get("policyArn"))
    if arn.endswith(("/AdministratorAccess", "/PowerUserAccess", "FullAccess")):
        yield f"{arn.rsplit('/', 1)[-1]} is attached"


@mandatory("public-policy", "No policy lets everybody in (KMS.5, SNS.4, S3.6): name principals, or a condition")
def public_policy(resource: JudgedResource, _stack: Stack) -> Iterator[str]:
    """What is shared is shared with somebody."""
    for statement in _statements(resource, _RESOURCE_POLICIES):
        everybody = statement.get("Principal") == "*" or "*" in as_list(look(statement, "Principal", "AWS"))
        if statement.get("Effect") == "Allow" and everybody and not statement.get("Condition"):
            yield f"{_sid(statement)} allows everybody"


@advisory(
    "confused-deputy",
    "A role that a service takes should check aws:SourceAccount or aws:SourceArn",
    "aws:iam/role:Role",
)
def confused_deputy(resource: JudgedResource, _stack: Stack) -> Iterator[str]:
    """A service that takes a role takes it for this account's resources."""
    for statement in _statements(resource, _RESOURCE_POLICIES):
        keys = {key for condition in (statement.get("Condition") or {}).values() for key in condition}
        if look(statement, "Principal", "Service") in {None, BACKUP}:
            continue
        if not keys & {"aws:SourceAccount", "aws:SourceArn"}:
            yield f"{_sid(statement)} does not say for whose resources"


def _not_said_to_be_broad(resource: JudgedResource) -> Iterator[dict[str, Any]]:
    """What is allowed, but for statements in which somebody says that all of it is meant."""
    return (statement for statement in _allowed(resource) if not is_meant_to_be_broad(statement.get("Sid")))


def _allowed(resource: JudgedResource) -> Iterator[dict[str, Any]]:
    for statement in _statements(resource, _IDENTITY_POLICIES):
        if statement.get("Effect") == "Allow":
            yield statement
    if resource.type == "aws:iam/role:Role":
        for inline in resource.items("inlinePolicies"):
            document = json_of(look(inline, "policy"))
            yield from (s for s in as_list(look(document, "Statement")) if look(s, "Effect") == "Allow")


def _statements(resource: JudgedResource, types: dict[str, str]) -> list[dict[str, Any]]:
    document = json_of(resource.get(types[resource.type])) if resource.type in types else None
    return [statement for statement in as_list(look(document, "Statement")) if isinstance(statement, dict)]


def _sid(statement: dict[str, Any]) -> str:
    return str(statement.get("Sid") or "a statement without Sid")
