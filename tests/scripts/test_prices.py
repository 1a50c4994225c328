"""`make prices`: what AWS's price list answers becomes the dated file, and what it lacks is named.

Against pages of the shape that boto3's model and AWS's guide give; the list itself was not asked.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import boto3
import pytest
import yaml
from botocore.stub import Stubber

from aws_rules import token_prices
from offline.cost.prices import TABLE
from scripts import price_list, prices
from scripts.price_list import QUERIES, asked, by_hand, changes, rendered
from tests.scripts.standins import Machine

Body = dict[str, Any]
TODAY = date(2026, 12, 1)


def product(usage: str, region: str, *dollars: float, currency: str = "USD", **attributes: str) -> str:
    """One product as GetProducts gives it: JSON in a list of texts; several prices are tiers."""
    tiers = {
        f"SKU.JRTCKXETXF.{number}": {
            "unit": "Hrs",
            "beginRange": str(number * 1000),
            "endRange": "Inf",
            "pricePerUnit": {currency: f"{price:.10f}"},
        }
        for number, price in reversed(list(enumerate(dollars)))
    }
    place = {"regionCode": region} if region else {}
    described = {"usagetype": usage, "locationType": "AWS Region", **place, **attributes}
    terms = {"OnDemand": {"SKU.JRTCKXETXF": {"priceDimensions": tiers, "effectiveDate": "2026-11-01T00:00:00Z"}}}
    return json.dumps({"product": {"productFamily": "x", "attributes": described, "sku": "SKU"}, "terms": terms})


@contextmanager
def listed(answers: dict[str, list[list[str]]]) -> Iterator[Any]:
    """A client that answers each query, in the order of the table, with pages of products."""
    client = boto3.client("pricing", region_name="us-east-1", aws_access_key_id="a", aws_secret_access_key="b")
    with Stubber(client) as stub:
        for name, query in QUERIES.items():
            filters = [{"Type": "CONTAINS", "Field": "usagetype", "Value": query["usage"]}]
            more = query.get("attributes", {}).items()
            filters += [{"Type": "TERM_MATCH", "Field": key, "Value": value} for key, value in more]
            pages = answers.get(name, [[]])
            for number, page in enumerate(pages):
                last = number == len(pages) - 1
                token = {} if last else {"NextToken": f"page {number + 1}"}
                wanted = {"ServiceCode": query["service"], "Filters": filters}
                wanted |= {"NextToken": f"page {number}"} if number else {}
                stub.add_response("get_products", {"PriceList": page, "FormatVersion": "aws_v1", **token}, wanted)
        yield client


def test_each_region_gets_the_price_of_exactly_the_usage_type() -> None:
    answers = {
        "fargate.X86_64_vcpu_hour": [
            [product("USE1-Fargate-vCPU-Hours:perCPU", "us-east-1", 0.041)],
            [product("EUC1-Fargate-vCPU-Hours:perCPU", "eu-central-1", 0.0466)],
        ],
        "load_balancer.hour": [
            [
                product("LoadBalancerUsage", "us-east-1", 0.0225),
                product("TS-LoadBalancerUsage", "us-east-1", 0.0056),
                product("EU-LoadBalancerUsage", "eu-west-1", 0.0252),
                product("LAX1-LoadBalancerUsage", "us-west-2-lax-1", 0.03, locationType="AWS Local Zone"),
                product("LoadBalancerUsage", "us-east-1", 0.04, locationType="AWS Outposts"),
            ]
        ],
        "cloudwatch.custom_metric_month": [[product("CW:MetricMonitorUsage", "us-east-1", 0.3, 0.1, 0.05)]],
        "kms.key_month": [[product("us-gov-west-1-KMS-Keys", "us-gov-west-1", 1)]],
        "cloudwatch.dashboard_month": [[product("DashboardsUsageHour", "", 0, 3, locationType="Other")]],
    }
    with listed(answers) as client:
        renewal = asked(client)
    assert renewal.prices == {
        "us-east-1": {
            "fargate.X86_64_vcpu_hour": 0.041,
            "load_balancer.hour": 0.0225,
            "cloudwatch.custom_metric_month": 0.3,
        },
        "eu-central-1": {"fargate.X86_64_vcpu_hour": 0.0466},
        "eu-west-1": {"load_balancer.hour": 0.0252},
        "us-gov-west-1": {"kms.key_month": 1.0},
        "": {"cloudwatch.dashboard_month": 3.0},
    }, "a free first tier is no price"
    assert "waf.rule_month was not found: is RuleV2 still its usage type?" in renewal.notes


def test_of_several_prices_none_is_taken_and_other_money_is_none() -> None:
    answers = {
        "waf.rule_month": [[product("USE1-RuleV2", "us-east-1", 1), product("USE1-RuleV2", "us-east-1", 2)]],
        "waf.web_acl_month": [[product("CNN1-WebACLV2", "cn-north-1", 30, currency="CNY")]],
    }
    with listed(answers) as client:
        renewal = asked(client)
    assert renewal.prices == {}
    assert "waf.rule_month in us-east-1 has several prices: 1, 2; none was taken" in renewal.notes
    assert "waf.web_acl_month was not found: is WebACLV2 still its usage type?" in renewal.notes


def test_the_file_keeps_its_words_and_gets_the_numbers() -> None:
    old = TABLE.read_text(encoding="utf-8")
    everything = dict.fromkeys(QUERIES, 0.5)
    found = {
        "us-east-1": {"fargate.ARM64_vcpu_hour": 0.04},
        "eu-central-1": {**everything, "fargate.ARM64_vcpu_hour": 0.04, "waf.rule_month": 1.25},
        "eu-west-1": {"fargate.ARM64_vcpu_hour": 0.0000123},
    }
    new = rendered(old, found, TODAY)
    table, before = yaml.safe_load(new), yaml.safe_load(old)
    assert table["as_of"] == TODAY
    assert table["prices"]["fargate"] == {**before["prices"]["fargate"], "ARM64_vcpu_hour": 0.04}
    assert [one for one in table if one not in {"as_of", "regions", "prices"}] == [
        one for one in before if one not in {"as_of", "regions", "prices"}
    ]
    assert {key: table[key] for key in ("assumed", "not_counted", "hours_per_month")} == {
        key: before[key] for key in ("assumed", "not_counted", "hours_per_month")
    }
    assert table["regions"]["us-east-1"] == {}
    assert next(iter(table["regions"])) == "us-east-1"
    assert "fargate.ARM64_vcpu_hour" not in table["regions"]["eu-central-1"], "as in the first region"
    assert table["regions"]["eu-central-1"]["waf.rule_month"] == 1.25
    assert table["regions"]["eu-west-1"]["fargate.ARM64_vcpu_hour"] == 0.0000123
    assert table["regions"]["eu-west-1"]["kms.key_month"] is None, "not offered there, or not found"
    assert new.count("#") == old.count("#")
    assert list(changes(old, new)) == [
        f"fargate.ARM64_vcpu_hour: {before['prices']['fargate']['ARM64_vcpu_hour']:g} -> 0.04"
    ]
    assert rendered(new, found, TODAY) == new


def test_every_price_is_asked_for_or_kept_by_hand() -> None:
    text = TABLE.read_text(encoding="utf-8")
    named = {
        f"{group}.{name}" for group, rows in yaml.safe_load(text)["prices"].items() for name in rows if name != "source"
    }
    assert by_hand(text) == ["fargate.spot_share", "cloudwatch.insights_metric_month"]
    assert QUERIES.keys() == named - set(by_hand(text))


@pytest.fixture
def table(tmp_path: Path) -> Path:
    file = tmp_path / "prices.yaml"
    file.write_bytes(TABLE.read_bytes())
    return file


def answered(monkeypatch: pytest.MonkeyPatch, renewal: price_list.Renewal) -> None:
    monkeypatch.setattr(prices, "sign_in", lambda _: (boto3.Session(), "123456789012"))
    monkeypatch.setattr(price_list, "asked", lambda _: renewal)


def test_the_command_writes_the_file_and_says_what_changed(
    machine: Machine, table: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = price_list.Renewal(prices={"us-east-1": {"kms.key_month": 1.5}}, notes=["waf.rule_month was not found"])
    answered(monkeypatch, found)
    ended = machine.run(prices.main, table=table)
    assert ended.out.splitlines()[0] == "kms.key_month: 1 -> 1.5"
    assert "prices.yaml: 1 regions as of 2026-12-01; not in the list, so as they were: fargate.spot_share" in ended.out
    assert "waf.rule_month was not found" in ended.err
    assert yaml.safe_load(table.read_text())["prices"]["kms"]["key_month"] == 1.5


def test_a_list_that_answers_nothing_leaves_the_file_alone(
    machine: Machine, table: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answered(monkeypatch, price_list.Renewal())
    ended = machine.run(prices.main, table=table, status=1)
    assert ended.err == "error: prices.yaml stays as it is: the price list has none of its prices\n"
    assert table.read_bytes() == TABLE.read_bytes()


def test_prices_of_tokens_come_from_litellms_list(machine: Machine, tmp_path: Path) -> None:
    source, table = tmp_path / "model_prices_and_context_window.json", tmp_path / "token_prices.toml"
    table.write_bytes(token_prices.TABLE.read_bytes())
    nova = {"input_cost_per_token": 8e-07, "output_cost_per_token": 3.2e-06}
    source.write_text(json.dumps({"amazon.nova-pro-v1:0": nova}))
    ended = machine.run(prices.main, "--src", str(source), tokens=table)
    assert ended.out == "token_prices.toml: 1 ids as of 2026-12-01\n"
    assert '"amazon.nova-pro-v1:0" = { input = 0.8, output = 3.2 }' in table.read_text()
    assert "sha256 " in table.read_text()


@pytest.mark.parametrize(
    ("content", "told"), [("[", "is not LiteLLM's list"), ("[]", "is not"), ("{}", "has no price of any")]
)
def test_another_file_is_refused(machine: Machine, tmp_path: Path, content: str, told: str) -> None:
    source = tmp_path / "other.json"
    source.write_text(content)
    assert told in machine.run(prices.main, "--src", str(source), tokens=tmp_path / "none", status=1).err
