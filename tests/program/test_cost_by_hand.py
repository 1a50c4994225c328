"""The plan's monthly figures of dev and prod, worked out a second time: from the price file and the stack's file alone.

Nothing of `offline.cost` is used here: what a stack has is counted in its file and, where the file says nothing, typed.
"""

import json
import math
from dataclasses import dataclass
from typing import Any

import pytest
import yaml

from aws_rules import token_prices
from offline.plan import as_json
from tests.support.program import ROOT, plan

TABLE = yaml.safe_load((ROOT / "offline/cost/prices.yaml").read_text())
PRICE, ASSUMED, HOURS = TABLE["prices"], TABLE["assumed"], TABLE["hours_per_month"]
NOVA = "amazon.nova-pro-v1:0"
USAGE = {"users": 300, "messagesADay": 8, "tokensAMessage": 4000}


@dataclass(frozen=True)
class Counted:
    """What no line of the stack's file says."""

    alarms: int
    secrets: int
    addresses: int
    nat_gateways: int
    chat: str
    titles: str


DEV = Counted(alarms=22, secrets=5, addresses=0, nat_gateways=1, chat=NOVA, titles="amazon.nova-micro-v1:0")
PROD = Counted(alarms=25, secrets=5, addresses=0, nat_gateways=3, chat=NOVA, titles=NOVA)


def task(cpu: int, memory: int) -> float:
    fargate = PRICE["fargate"]
    return float(HOURS * (cpu / 1024 * fargate["ARM64_vcpu_hour"] + memory / 1024 * fargate["ARM64_gb_hour"]))


def by_hand(config: dict[str, Any], counted: Counted, *, most: bool) -> float:
    """One total, as somebody would add it up with the file in hand."""
    webui, gateway = config["webui"], config["gateway"]
    bound = "max" if most else "min"
    webui_tasks, gateway_tasks = webui["scaling"][bound], gateway["scaling"][bound]
    tasks = webui_tasks * task(webui.get("cpu", 1024), webui.get("memory", 4096))
    tasks += gateway_tasks * task(gateway.get("cpu", 512), gateway.get("memory", 1024))
    # Each task and each of its containers that keep running; the cluster and two services.
    metrics = ASSUMED["insights_metrics_cluster"] + 2 * ASSUMED["insights_metrics_service"]
    per_task = ASSUMED["insights_metrics_task"] + ASSUMED["insights_metrics_container"]
    insights = (metrics + (webui_tasks + gateway_tasks) * per_task) * PRICE["cloudwatch"]["insights_metric_month"]
    balancer = PRICE["load_balancer"]["hour"] + ASSUMED["load_balancer_lcus"] * PRICE["load_balancer"]["lcu_hour"]
    address = PRICE["vpc"]["public_ipv4_hour"]
    network = HOURS * (balancer + counted.addresses * address)
    network += HOURS * counted.nat_gateways * (PRICE["vpc"]["nat_gateway_hour"] + address)
    network += ASSUMED["nat_gb"] * PRICE["vpc"]["nat_gateway_gb"]
    return float(tasks + insights + network) + _data(config, most=most) + _others(counted) + _tokens(counted)


def _data(config: dict[str, Any], *, most: bool) -> float:
    database, cache = config.get("database", {}), config.get("cache", {})
    acus = database.get("maxCapacity", 4) if most else database.get("minCapacity", 0.5)
    aurora = HOURS * database.get("instances", 1) * acus * PRICE["aurora"]["acu_hour"]
    aurora += ASSUMED["aurora_gb"] * PRICE["aurora"]["storage_gb_month"]
    valkey = HOURS * cache.get("nodes", 1) * PRICE["valkey"][cache.get("nodeType", "cache.t4g.micro")]
    efs = ASSUMED["efs_gb"] * (PRICE["efs"]["standard_gb_month"] + PRICE["efs"]["backup_gb_month"])
    efs += ASSUMED["efs_read_gb"] * PRICE["efs"]["elastic_read_gb"]
    efs += ASSUMED["efs_written_gb"] * PRICE["efs"]["elastic_write_gb"]
    return float(aurora + valkey + efs)


def _others(counted: Counted) -> float:
    watch = PRICE["cloudwatch"]
    logs = (ASSUMED["log_gb"] + ASSUMED["flow_log_gb"]) * watch["log_gb"]
    alarms = counted.alarms * watch["alarm_month"] + watch["dashboard_month"]
    kept = PRICE["kms"]["key_month"] + counted.secrets * PRICE["secrets"]["secret_month"]
    return float(logs + alarms + kept)


def _tokens(counted: Counted) -> float:
    millions = math.prod(USAGE.values()) * HOURS / 24 / 1e6
    prices = token_prices._ROWS
    written, small = ASSUMED["tokens_output_share"], ASSUMED["tokens_task_output_share"]

    def mixed(model: str, share: float) -> float:
        return float((1 - share) * prices[model]["input"] + share * prices[model]["output"])

    titles = ASSUMED["tokens_task_share"] * mixed(counted.titles, small)
    documents = ASSUMED["tokens_embedded_share"] * prices["amazon.titan-embed-text-v2:0"]["input"]
    return float(millions * (mixed(counted.chat, written) + titles + documents))


@pytest.mark.parametrize(("stack", "counted"), [("dev", DEV), ("prod", PROD)])
def test_the_totals_are_those_of_a_second_computation(stack: str, counted: Counted) -> None:
    file = yaml.safe_load((ROOT / f"Pulumi.{stack}.yaml").read_text())["config"]
    config = {key.partition(":")[2]: value for key, value in file.items()}
    total = json.loads(as_json(plan({"usage": USAGE}, stack=stack)))["cost"]["total"]
    assert total["at_min"] == pytest.approx(by_hand(config, counted, most=False), abs=0.01)
    assert total["at_max"] == pytest.approx(by_hand(config, counted, most=True), abs=0.01)
