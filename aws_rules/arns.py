"""Shapes of the AWS identifiers that people paste: each `*_problem` says what is allowed, or None if it fits."""

import re

_ACCOUNT = r"\d{12}"
_PARTITION = r"aws[a-z-]*"
_REGION = r"[a-z]{2,4}(?:-[a-z]+)+-\d{1,2}"
EXAMPLE_ARN = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:openai-Ab12Cd"
EXAMPLE_PARAMETER = "arn:aws:ssm:eu-central-1:123456789012:parameter/company/roots"
EXAMPLE_CERTIFICATE = "arn:aws:acm:eu-central-1:123456789012:certificate/01234567-89ab-cdef-0123-456789abcdef"
EXAMPLE_LISTENER = (
    "arn:aws:elasticloadbalancing:eu-central-1:123456789012:listener/app/shared/0123456789abcdef/0123456789abcdef"
)
EXAMPLE_TOPIC = "arn:aws:sns:eu-central-1:123456789012:alarms"
EXAMPLE_ROLE = "arn:aws:iam::123456789012:role/bedrock-caller"
EXAMPLE_KMS_KEY = "arn:aws:kms:eu-central-1:123456789012:key/01234567-89ab-cdef-0123-456789abcdef"

_CERTIFICATE = re.compile(rf"arn:{_PARTITION}:acm:{_REGION}:{_ACCOUNT}:certificate/[0-9a-f-]{{36}}")
_SECRET = re.compile(
    rf"arn:{_PARTITION}:secretsmanager:{_REGION}:{_ACCOUNT}:secret:[A-Za-z0-9/_+=.@-]{{1,512}}-[A-Za-z0-9]{{6}}"
)
_PARAMETER = re.compile(rf"arn:{_PARTITION}:ssm:{_REGION}:{_ACCOUNT}:parameter/[A-Za-z0-9_.-]+(?:/[A-Za-z0-9_.-]+)*")
_REFERENCE_TAIL = re.compile(r":[^:\s]{0,256}:[A-Za-z0-9/_+=.@-]{0,256}:[A-Za-z0-9-]{0,64}")
_REGION_OF_ARN = re.compile(rf"arn:{_PARTITION}:[a-z0-9-]+:({_REGION}):")
_KMS_KEY = re.compile(rf"arn:{_PARTITION}:kms:{_REGION}:{_ACCOUNT}:key/[0-9a-zA-Z-]{{1,64}}")
_LISTENER = re.compile(
    rf"arn:{_PARTITION}:elasticloadbalancing:{_REGION}:{_ACCOUNT}:listener/app/[A-Za-z0-9-]{{1,32}}/[0-9a-f]{{16}}/[0-9a-f]{{16}}"
)
_TOPIC = re.compile(rf"arn:{_PARTITION}:sns:{_REGION}:{_ACCOUNT}:[A-Za-z0-9_-]{{1,256}}")
_ROLE = re.compile(rf"arn:{_PARTITION}:iam::{_ACCOUNT}:role/(?:[!-~]{{1,510}}/)?[\w+=,.@-]{{1,64}}", re.ASCII)
_HOSTED_ZONE = re.compile(r"Z[0-9A-Z]{1,31}")


def kms_key_problem(arn: str) -> str | None:
    """A KMS key by its full ARN; an alias may come to mean another key."""
    if _KMS_KEY.fullmatch(arn):
        return None
    return "must be the ARN of a KMS key (arn:aws:kms:<region>:<account>:key/<id>)"


def topic_problem(arn: str) -> str | None:
    """A standard SNS topic by its ARN; CloudWatch alarms publish to no FIFO topic, whose name ends with .fifo."""
    if _TOPIC.fullmatch(arn):
        return None
    return "must be the ARN of a standard SNS topic (arn:aws:sns:<region>:<account>:<name>)"


def listener_problem(arn: str) -> str | None:
    """A listener of an Application Load Balancer, by its ARN."""
    if _LISTENER.fullmatch(arn):
        return None
    return "must be the ARN of an ALB's listener (arn:aws:elasticloadbalancing:<region>:<account>:listener/app/...)"


def role_problem(arn: str) -> str | None:
    """An IAM role by its ARN (IAM: path and name of a role)."""
    if _ROLE.fullmatch(arn):
        return None
    return "must be the ARN of an IAM role (arn:aws:iam::<account>:role/<name>)"


def certificate_problem(arn: str) -> str | None:
    """A certificate of AWS Certificate Manager, by its full ARN."""
    if _CERTIFICATE.fullmatch(arn):
        return None
    return "must be the ARN of an ACM certificate (arn:aws:acm:<region>:<account>:certificate/<id>)"


def secret_problem(arn: str) -> str | None:
    """A Secrets Manager secret by its full ARN, with the six characters that AWS adds to the name.

    Without them the value could be read, but an IAM policy on that ARN would not match the secret.
    """
    if _SECRET.fullmatch(arn):
        return None
    return "must be the full ARN of a Secrets Manager secret, with its six-character ending"


def secret_reference_problem(reference: str) -> str | None:
    """A secret as ECS takes it: the full ARN, optionally followed by `:json-key:version-stage:version-id`."""
    arn = ":".join(reference.split(":")[:7])
    tail = reference[len(arn) :]
    if secret_problem(arn) is None and (not tail or _REFERENCE_TAIL.fullmatch(tail)):
        return None
    return (
        "must be the full ARN of a Secrets Manager secret, with its six-character ending, "
        "alone or followed by :json-key:version-stage:version-id (ECS valueFrom)"
    )


def is_parameter(reference: str) -> bool:
    """Whether it is the ARN of a parameter of Systems Manager."""
    return bool(_PARAMETER.fullmatch(reference))


def secret_or_parameter_problem(reference: str) -> str | None:
    """A value as ECS takes it, which Secrets Manager or Systems Manager keeps."""
    if is_parameter(reference):
        return None
    problem = secret_reference_problem(reference)
    return problem and f"{problem}, or the ARN of a Systems Manager parameter (arn:aws:ssm:...:parameter/<name>)"


def hosted_zone_id_problem(zone_id: str) -> str | None:
    """A Route 53 hosted zone id."""
    if _HOSTED_ZONE.fullmatch(zone_id):
        return None
    return "must be the id of a Route 53 hosted zone (Z and capital letters or digits, no /hostedzone/)"


def vpc_id_problem(vpc_id: str) -> str | None:
    """A VPC id: `vpc-` and 8 or 17 hexadecimal digits."""
    return _resource_id_problem(vpc_id, "vpc")


def security_group_id_problem(group_id: str) -> str | None:
    """A security group id: `sg-` and 8 or 17 hexadecimal digits."""
    return _resource_id_problem(group_id, "sg")


def subnet_id_problem(subnet_id: str) -> str | None:
    """A subnet id: `subnet-` and 8 or 17 hexadecimal digits."""
    return _resource_id_problem(subnet_id, "subnet")


def region(arn: str) -> str | None:
    """The region in an ARN, or None if it names none."""
    match = _REGION_OF_ARN.match(arn)
    return match.group(1) if match else None


def account(arn: str) -> str:
    """The account in an ARN; empty if it names none."""
    return arn.split(":")[4]


def resource(arn: str) -> str:
    """What follows the account in an ARN."""
    return arn.split(":", 5)[5]


def _resource_id_problem(value: str, kind: str) -> str | None:
    if re.fullmatch(rf"{kind}-(?:[0-9a-f]{{8}}|[0-9a-f]{{17}})", value):
        return None
    return f"must be {kind}- and 8 or 17 hexadecimal digits (EC2 resource id)"
