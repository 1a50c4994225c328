"""Default quotas that a stack can run into: AWS raises each on request, so exceeding one is told and not refused."""

ELASTIC_IPS = 5
"""Elastic IP addresses in a region (Amazon VPC quotas); a NAT gateway takes one."""

SECURITY_GROUP_RULES = 60
"""Inbound or outbound rules of a security group (Amazon VPC quotas)."""

CERTIFICATE_NAMES = 10
"""Names in a certificate (AWS Certificate Manager quotas)."""

MANAGED_POLICIES = 10
"""Managed policies of a role (IAM quotas)."""

_WEIGHTS = {
    "cloudfront.origin-facing": 55,
    "route53-healthchecks": 25,
    "vpc-lattice": 10,
    "s3express": 6,
    "groundstation": 5,
    "ec2-instance-connect": 2,
}
"""Rules that a prefix list of AWS counts, by the end of its name (VPC user guide, "AWS-managed prefix list weight")."""


def prefix_list_rules(name: str, max_entries: int | None) -> int:
    """How many rules of a security group one that names a prefix list counts (VPC user guide, quotas)."""
    return max_entries or next((weight for end, weight in _WEIGHTS.items() if name.endswith(end)), 1)
