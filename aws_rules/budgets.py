"""AWS Budgets and Cost Anomaly Detection: what they take, and where they are."""

from aws_rules import regions

MOST_EMAILS = 10
"""E-mail addresses of a notification (AWS Budgets, Quotas); botocore's 11 subscribers count an SNS topic too."""

MOST_DOLLARS = 10_000_000
"""Above what a stack can cost; AWS itself would take much more."""

COST_TAGS = ("Project", "Environment")
"""The tags of every resource of a stack by which AWS can tell its costs."""

_WITHOUT = ("aws-us-gov", "aws-eusc", "aws-iso-e")


def is_offered(region: str) -> bool:
    """Whether AWS Budgets and Cost Explorer both answer in the region's partition (botocore's endpoints)."""
    return regions.partition(region) not in _WITHOUT
