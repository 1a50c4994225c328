"""The bill is what the price table says: every figure here is worked out by hand from data/prices.yaml."""

import io
import json
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pulumi_aws as aws
import pulumi_awsx as awsx
import pytest
import yaml
from rich.console import Console

from offline.cost import prices, render
from offline.cost.prices import OLD_DAYS, TABLE, prices_in
from offline.engine import record
from offline.plan import as_json
from problems.clock import AS_OF
from problems.command import CommandError
from tests.offline.cost.bills import HOURS, bill, in_cents, line, service


@pytest.mark.parametrize(
    ("internal", "dollars"),
    [(True, (0.0225 + 0.008) * HOURS), (False, (0.0225 + 0.008 + 2 * 0.005) * HOURS)],
)
def test_a_public_load_balancer_pays_for_an_address_per_subnet(internal: bool, dollars: float) -> None:
    found = bill(lambda: aws.lb.LoadBalancer("alb", internal=internal, subnets=["subnet-1", "subnet-2"]))
    assert in_cents(line(found, "Load balancer"))[0] == round(dollars, 2)


@pytest.mark.parametrize(("strategy", "count"), [("NONE", 0), ("SINGLE", 1), ("ONE_PER_AZ", 2)])
@pytest.mark.parametrize("preview", [False, True])
def test_nat_gateways_follow_the_strategy_of_the_vpc(strategy: str, count: int, preview: bool) -> None:
    def network() -> None:
        awsx.ec2.Vpc(
            "vpc",
            availability_zone_names=["us-east-1a", "us-east-1b"],
            nat_gateways=awsx.ec2.NatGatewayConfigurationArgs(strategy=awsx.ec2.NatGatewayStrategy[strategy]),
        )

    found = bill(network, preview=preview)
    # Each with an address, and 20 GB through all of them: 0.90 dollars.
    expected = [round(count * 0.05 * HOURS + 0.9, 2)] if count else []
    assert [round(found.at_min, 2) for found in found.lines] == expected


@pytest.mark.parametrize("preview", [False, True])
def test_an_interface_endpoint_costs_an_hour_in_each_zone_and_a_gateway_endpoint_nothing(preview: bool) -> None:
    def network() -> None:
        vpc = awsx.ec2.Vpc("vpc", number_of_availability_zones=2)
        for kind in ("Interface", "Gateway"):
            aws.ec2.VpcEndpoint(
                kind,
                vpc_id=vpc.vpc_id,
                service_name=kind,
                vpc_endpoint_type=kind,
                subnet_ids=vpc.private_subnet_ids if kind == "Interface" else None,
            )

    assert line(bill(network, preview=preview), "Interface endpoints").at_min == pytest.approx(2 * 0.01 * HOURS)


def test_aurora_costs_its_capacity_for_every_instance() -> None:
    def database() -> None:
        cluster = aws.rds.Cluster(
            "cluster",
            engine="aurora-postgresql",
            serverlessv2_scaling_configuration=aws.rds.ClusterServerlessv2ScalingConfigurationArgs(
                min_capacity=0.5, max_capacity=4
            ),
        )
        for number in (1, 2):
            aws.rds.ClusterInstance(
                f"instance-{number}",
                cluster_identifier=cluster.id,
                engine=aws.rds.EngineType.AURORA_POSTGRESQL,
                instance_class="db.serverless",
            )

    # 0.5 ACU x 0.12 x 730 = 43.80 and 4 ACU = 350.40 for each instance; 10 GB cost 1.00 for both.
    assert in_cents(line(bill(database), "Aurora")) == (88.6, 701.8, 701.8)


def cache(node_type: str) -> Callable[[], object]:
    return lambda: aws.elasticache.ReplicationGroup(
        "cache", description="cache", node_type=node_type, num_cache_clusters=2
    )


def test_valkey_costs_its_nodes() -> None:
    assert in_cents(line(bill(cache("cache.t4g.micro")), "Valkey"))[0] == round(2 * 0.0128 * HOURS, 2) == 18.69


def test_a_node_type_without_a_price_is_said_rather_than_guessed() -> None:
    found = bill(cache("cache.x9g.large"))
    assert found.lines == ()
    assert found.not_counted[0] == "cache nodes of type cache.x9g.large, which the price table lacks"


@pytest.mark.parametrize(
    ("throughput", "dollars"),
    # 10 GB stored 3.00, backed up 0.50; elastic throughput: 20 GB read 0.60, 10 GB written 0.60.
    [("elastic", 4.7), ("bursting", 3.5)],
)
def test_a_file_system_costs_what_it_stores_and_elastic_throughput_what_it_moves(
    throughput: str, dollars: float
) -> None:
    def files() -> None:
        system = aws.efs.FileSystem("files", throughput_mode=throughput)
        status = aws.efs.BackupPolicyBackupPolicyArgs(status="ENABLED")
        aws.efs.BackupPolicy("backup", file_system_id=system.id, backup_policy=status)

    assert in_cents(line(bill(files), "EFS"))[0] == dollars


def test_keys_secrets_alarms_dashboards_logs_and_firewalls_are_counted() -> None:
    def parts() -> None:
        aws.kms.Key("key")
        for name in ("one", "two"):
            aws.secretsmanager.Secret(name)
            aws.cloudwatch.MetricAlarm(name, comparison_operator="LessThanThreshold", evaluation_periods=1)
        aws.cloudwatch.Dashboard("board", dashboard_name="board", dashboard_body="{}")
        aws.cloudwatch.LogGroup("logs")
        aws.ec2.FlowLog("flows", traffic_type="ALL", log_destination=aws.cloudwatch.LogGroup("flow-logs").arn)
        aws.wafv2.WebAcl(
            "acl",
            scope="REGIONAL",
            default_action=aws.wafv2.WebAclDefaultActionArgs(),
            rules=[
                aws.wafv2.WebAclRuleArgs(
                    name=f"rule-{number}",
                    priority=number,
                    statement=aws.wafv2.WebAclRuleStatementArgs(),
                    visibility_config=aws.wafv2.WebAclRuleVisibilityConfigArgs(
                        cloudwatch_metrics_enabled=True, metric_name="rule", sampled_requests_enabled=True
                    ),
                )
                for number in range(3)
            ],
            visibility_config=aws.wafv2.WebAclVisibilityConfigArgs(
                cloudwatch_metrics_enabled=True, metric_name="acl", sampled_requests_enabled=True
            ),
        )

    found = bill(parts)
    assert {found.part: round(found.at_min, 2) for found in found.lines} == {
        "KMS, Secrets Manager": 1 + 2 * 0.4,
        "Alarms, dashboard": 2 * 0.1 + 3,
        "Logs": (5 + 5) * 0.5,
        "WAF": 5 + 3 * 1,
    }


def test_the_totals_are_the_sums_of_the_lines() -> None:
    def two_parts() -> None:
        service()
        cache("cache.t4g.micro")()

    found = bill(two_parts)
    assert in_cents(found.total) == (round(34.03 + 18.69, 2), round(170.16 + 18.69, 2), round(74.87 + 18.69, 2))


def test_a_region_without_prices_is_estimated_and_says_so() -> None:
    there, here = bill(service, "eu-north-1"), bill(service, "us-west-2")
    assert there.total == here.total
    assert "eu-north-1 is not in the price table: estimated with us-east-1's prices." in there.notes
    assert not [note for note in here.notes if "estimated" in note]


def test_a_regions_own_prices_win(monkeypatch: pytest.MonkeyPatch) -> None:
    own = {"valkey.cache.t4g.micro": 1.0, "efs.backup_gb_month": None}
    table = {**prices._table(), "regions": {"us-east-1": {}, "eu-north-1": own}}
    monkeypatch.setattr("offline.cost.prices._table", lambda: table)
    assert prices_in("eu-north-1")["valkey.cache.t4g.micro"] == 1.0
    assert prices_in("eu-north-1")["kms.key_month"] == prices_in("us-east-1")["kms.key_month"] == 1.0


def test_what_a_region_has_no_price_of_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    table = {**prices._table(), "regions": {"us-east-1": {}, "eu-north-1": {"efs.backup_gb_month": None}}}
    monkeypatch.setattr("offline.cost.prices._table", lambda: table)
    found = bill(service, "eu-north-1")
    assert "Of eu-north-1 the table has no price of efs.backup_gb_month: estimated with us-east-1's." in found.notes
    assert prices_in("eu-north-1")["efs.backup_gb_month"] == prices_in("us-east-1")["efs.backup_gb_month"]


def test_a_table_is_old_after_half_a_year(monkeypatch: pytest.MonkeyPatch) -> None:
    for days, old in ((OLD_DAYS, False), (OLD_DAYS + 1, True)):
        monkeypatch.setenv(AS_OF, str(prices_in("us-east-1").as_of + timedelta(days=days)))
        assert (f"They are {days} days old" in " ".join(bill(service).notes)) is old


@pytest.mark.parametrize(
    ("broken", "told"),
    [
        ("as_of: 2025-06-30", "as_of: soon"),
        ("kms:\n    source: https://aws.amazon.com/kms/pricing/\n    key_month: 1.00", "kms:\n    key_month: one"),
        ("prices:\n", "price:\n"),
        ("regions:\n", "regions: [\n"),
    ],
)
def test_a_price_file_that_is_none_is_one_clear_line(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, broken: str, told: str
) -> None:
    monkeypatch.undo()
    file = tmp_path / "prices.yaml"
    text = re.sub(r"(?m)^as_of: .*$", "as_of: 2025-06-30", TABLE.read_text())
    file.write_text(text.replace(broken, told, 1))
    monkeypatch.setattr(prices, "TABLE", file)
    prices._table.cache_clear()
    try:
        with pytest.raises(CommandError, match=r"^offline/cost/prices\.yaml is no table of prices: [^\n]+$") as raised:
            prices_in("us-east-1")
        assert str(raised.value).endswith("put it back: git checkout offline/cost/prices.yaml")
    finally:
        prices._table.cache_clear()


def test_a_price_that_is_taken_out_is_named() -> None:
    with pytest.raises(CommandError, match=r"has no price fargate\.ARM64_vcpu_day"):
        prices_in("us-east-1")["fargate.ARM64_vcpu_day"]


def test_every_group_of_prices_names_the_page_it_was_read_on() -> None:
    table = yaml.safe_load(TABLE.read_text())
    sources = {group: prices["source"] for group, prices in table["prices"].items()}
    assert all(source.startswith("https://aws.amazon.com/") for source in sources.values())


def test_the_table_tells_parts_totals_date_and_what_is_left_out() -> None:
    console = Console(file=io.StringIO(), width=100, record=True)
    console.print(render(bill(service)))
    text = " ".join(console.export_text().split())
    assert "web 1 to 5 x 1 vCPU, 4 GB, ARM64 34.03 170.16 74.87" in text
    assert "total 34.03 170.16 74.87" in text
    assert "List prices of 2025-06-30" in text
    assert "days old: renew them with credentials of AWS (make prices)" in text
    assert "Not counted: data transfer" in text


def test_the_plan_for_programs_holds_the_totals() -> None:
    cost = json.loads(as_json(record(service)))["cost"]
    assert round(cost["total"]["at_max"], 2) == 170.16
    assert cost["lines"][0]["part"] == "web"


def test_backups_cost_a_full_one_in_each_vault() -> None:
    def vaults() -> None:
        aws.efs.FileSystem("files")
        for name in ("vault", "copies"):
            aws.backup.Vault(name)

    assert in_cents(line(bill(vaults), "Backups"))[0] == round(2 * 10 * 0.05, 2)
