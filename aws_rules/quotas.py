"""Default quotas that a stack can run into: AWS raises each on request, so exceeding one is told and not refused."""

ELASTIC_IPS = 5
"""Elastic IP addresses in a region (Amazon VPC quotas); a NAT gateway takes one."""

SECURITY_GROUP_RULES = 60
"""Inbound or outbound rules of a security group (Amazon VPC quotas)."""

CERTIFICATE_NAMES = 10
"""Names in a certificate (AWS Certificate Manager quotas)."""

MANAGED_POLICIES = 10
"""Managed policies of a role (IAM quotas)."""
