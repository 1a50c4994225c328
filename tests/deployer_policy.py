"""What somebody must be allowed who deploys a stack: three policies, by what AWS says that each resource type takes."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from tests.aws_schemas.kinds import KINDS
from tests.aws_schemas.models import cloudformation

FOLDER: Final = Path(__file__).parents[1] / "docs/deployer"

POLICIES: Final[Mapping[str, frozenset[str]]] = {
    "network": frozenset({"acm", "ec2", "elasticloadbalancing", "route53", "wafv2"}),
    "data": frozenset({"elasticache", "elasticfilesystem", "kms", "rds", "s3", "secretsmanager"}),
    "apps": frozenset(
        {"application-autoscaling", "backup", "backup-storage", "bedrock", "bedrock-mantle", "budgets"}
        | {
            "ce",
            "cloudformation",
            "cloudwatch",
            "cognito-idp",
            "ecr",
            "ecs",
            "iam",
            "logs",
            "servicediscovery",
            "sns",
            "ssm",
        }
    ),
}
"""Three, because a managed policy holds 6,144 characters (IAM quotas)."""

OF_AWSX: Final = (
    *(
        "EC2::EIP",
        "EC2::InternetGateway",
        "EC2::NatGateway",
        "EC2::Route",
        "EC2::RouteTable",
        "EC2::Subnet",
        "EC2::VPC",
    ),
    *("EC2::SubnetRouteTableAssociation", "EC2::VPCGatewayAttachment"),
)
"""What awsx makes inside the VPC, which the program does not register itself."""

BESIDES: Final = {
    "cognito-idp:DescribeUserPoolClient": "a rule that signs people in (`loadBalancer.authenticate`)",
    "cloudwatch:PutAlarmMuteRule": "alarms are muted while Open WebUI gets another image",
    "bedrock:InvokeModel": "`make models CHECK=1`",
    "bedrock-mantle:CreateInference": "`make models CHECK=1`",
    "ecr:BatchGetImage": "to push the gateway's image",
    "ecr:GetAuthorizationToken": "to push the gateway's image",
    "ecr:BatchCheckLayerAvailability": "to push the gateway's image",
    "ecr:CompleteLayerUpload": "to push the gateway's image",
    "ecr:InitiateLayerUpload": "to push the gateway's image",
    "ecr:PutImage": "to push the gateway's image",
    "ecr:UploadLayerPart": "to push the gateway's image",
    "route53:ChangeResourceRecordSets": "records, of which CloudFormation does not tell it",
    "s3:DeleteObjectVersion": "the provider empties the bucket of access logs version by version",
    "secretsmanager:GetSecretValue": "the client's secret in a rule (`loadBalancer.authenticate.oidc`)",
    "secretsmanager:PutSecretValue": "a secret's value is a resource of its own to the provider",
    "ssm:GetParameter": "certificates in a parameter (`rootCertificates`)",
    "ssm:StartSession": "`make open` and `make shell`",
    "ecs:ExecuteCommand": "`make open` and `make shell`",
    "ecs:RunTask": "`make restore` looks into what it has restored",
    "ecs:StopTask": "`make restore`, when that takes too long",
    "iam:CreateServiceLinkedRole": "AWS makes its own roles with the first resource of a kind",
}
"""What no resource type tells, and what it is for."""

OF_S3: Final = {
    "DeleteBucketEncryption": "PutEncryptionConfiguration",
    "DeleteBucketLifecycle": "PutLifecycleConfiguration",
    "DeleteBucketOwnershipControls": "PutBucketOwnershipControls",
    "DeleteObjects": "DeleteObjectVersion",
    "DeletePublicAccessBlock": "PutBucketPublicAccessBlock",
    "HeadBucket": "ListBucket",
    "PutBucketEncryption": "PutEncryptionConfiguration",
    "PutBucketLifecycleConfiguration": "PutLifecycleConfiguration",
    "PutPublicAccessBlock": "PutBucketPublicAccessBlock",
}
"""What allows an operation that S3 calls otherwise than IAM (Required permissions for Amazon S3 API operations)."""

_READS: Final = ("Describe", "Get", "List")
_VERBS: Final = ("create", "read", "update", "delete")


def actions() -> dict[str, list[str]]:
    """By policy, what CloudFormation needs for the resource types; who may change a service may read all of it."""
    allowed: dict[str, set[str]] = defaultdict(set)
    for action in (*_of_the_types(), *BESIDES):
        service, _, name = action.partition(":")
        for policy, services in POLICIES.items():
            if service in services:
                verb = next((verb for verb in _READS if name.startswith(verb)), None)
                allowed[policy].add(f"{service}:{verb}*" if verb else action)
    return {policy: sorted(found) for policy, found in allowed.items()}


def _of_the_types() -> Iterator[str]:
    for type_ in {*OF_AWSX, *(kind.cloudformation for kind in KINDS.values())}:
        handlers = cloudformation(f"AWS::{type_}").get("handlers", {})
        for verb in _VERBS:
            yield from handlers.get(verb, {}).get("permissions", [])


def documents() -> dict[str, str]:
    """The policies as `aws iam create-policy` takes them."""
    return {policy: json.dumps(_document(found), indent=1) + "\n" for policy, found in actions().items()}


def _document(found: list[str]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": found, "Resource": "*"}]}


def allows(service: str, operation: str) -> bool:
    """Whether one of the policies allows an operation, which IAM calls as the API does, but for some of S3."""
    action = OF_S3.get(operation, operation) if service == "s3" else operation
    allowed = {name for found in actions().values() for name in found}
    return not allowed.isdisjoint(
        {f"{service}:{action}", *(f"{service}:{verb}*" for verb in _READS if action.startswith(verb))}
    )
