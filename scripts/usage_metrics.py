"""What Amazon Bedrock itself counted in a month: its metrics in CloudWatch, by model, for the whole account."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from health.aws import Aws
from scripts.usage_records import Used

READ = ("InputTokenCount", "CacheReadInputTokenCount", "CacheWriteInputTokenCount")
WRITTEN = ("OutputTokenCount",)
DAY = 86_400
MOST_QUERIES = 500
"""GetMetricData takes no more at once."""


@dataclass(frozen=True, kw_only=True)
class Compared:
    """A model's tokens by Open WebUI's chats and by Bedrock."""

    model: str
    chats_read: int
    chats_written: int
    bedrock_read: int
    bedrock_written: int


def counted(aws: Aws, month: str, models: Collection[str]) -> dict[str, tuple[int, int]]:
    """Tokens read and written by model: of these models, and of others that were called lately. Raises AWS_ERRORS."""
    cloudwatch = aws.client("cloudwatch")
    pages = cloudwatch.get_paginator("list_metrics").paginate(Namespace="AWS/Bedrock", MetricName=READ[0])
    listed = {
        str(metric["Dimensions"][0]["Value"])
        for page in pages
        for metric in page["Metrics"]
        if [dimension["Name"] for dimension in metric["Dimensions"]] == ["ModelId"]
    }
    names = sorted({*models, *listed})
    asked = [(model, metric) for model in names for metric in (*READ, *WRITTEN)]
    found: dict[tuple[str, str], int] = {}
    for start in range(0, len(asked), MOST_QUERIES):
        found |= _sums(cloudwatch, month, asked[start : start + MOST_QUERIES])
    return {
        model: (sum(found[model, metric] for metric in READ), sum(found[model, metric] for metric in WRITTEN))
        for model in names
    }


def _sums(cloudwatch: Any, month: str, asked: list[tuple[str, str]]) -> dict[tuple[str, str], int]:
    year, number = map(int, month.split("-"))
    found = dict.fromkeys(asked, 0)
    pages = cloudwatch.get_paginator("get_metric_data").paginate(
        MetricDataQueries=[
            {"Id": f"m{place}", "MetricStat": _statistic(model, metric)} for place, (model, metric) in enumerate(asked)
        ],
        StartTime=datetime(year, number, 1, tzinfo=UTC),
        EndTime=datetime(year + number // 12, number % 12 + 1, 1, tzinfo=UTC),
    )
    for page in pages:
        for result in page["MetricDataResults"]:
            found[asked[int(result["Id"][1:])]] += int(sum(result["Values"]))
    return found


def _statistic(model: str, metric: str) -> dict[str, Any]:
    dimensions = [{"Name": "ModelId", "Value": model}]
    named = {"Namespace": "AWS/Bedrock", "MetricName": metric, "Dimensions": dimensions}
    return {"Metric": named, "Period": DAY, "Stat": "Sum"}


def compared(used: Iterable[Used], bedrock: Mapping[str, tuple[int, int]]) -> list[Compared]:
    """Each model that either knows of, by name."""
    chats: dict[str, tuple[int, int]] = {}
    for row in used:
        read, written = chats.get(row.model, (0, 0))
        chats[row.model] = read + row.read, written + row.written
    names = sorted({*chats, *(model for model, tokens in bedrock.items() if any(tokens))})
    return [
        Compared(
            model=model,
            chats_read=chats.get(model, (0, 0))[0],
            chats_written=chats.get(model, (0, 0))[1],
            bedrock_read=bedrock.get(model, (0, 0))[0],
            bedrock_written=bedrock.get(model, (0, 0))[1],
        )
        for model in names
    ]
