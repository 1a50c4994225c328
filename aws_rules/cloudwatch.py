"""CloudWatch: where its console is, and what a dashboard holds."""

MOST_WIDGETS = 500
"""In one dashboard (CloudWatch PutDashboard)."""

_CONSOLES = {
    "aws": "console.aws.amazon.com",
    "aws-cn": "console.amazonaws.cn",
    "aws-us-gov": "console.amazonaws-us-gov.com",
}


def dashboards_page(partition: str, region: str) -> str | None:
    """Where the name of a dashboard leads to it; None where the partition's console has no public address."""
    if partition not in _CONSOLES:
        return None
    return f"https://{_CONSOLES[partition]}/cloudwatch/home?region={region}#dashboards/dashboard/"
