"""What the offline provider answers looks like AWS, and what it makes up is said."""

import json

import pulumi
import pulumi_aws as aws
import pulumi_awsx as awsx
import pytest

from offline.engine import AwsFacts, record


def export_all(**outputs: pulumi.Input[object]) -> None:
    for name, value in outputs.items():
        pulumi.export(name, value)


def test_region_account_and_partition_come_from_the_facts() -> None:
    def program() -> None:
        export_all(
            region=aws.get_region().region,
            account=aws.get_caller_identity().account_id,
            partition=aws.get_partition().partition,
            suffix=aws.get_partition().dns_suffix,
            zones=aws.get_availability_zones().names,
        )

    assert record(program, aws=AwsFacts(region="cn-north-1", account_id="999999999999")).outputs == {
        "region": "cn-north-1",
        "account": "999999999999",
        "partition": "aws-cn",
        "suffix": "amazonaws.com.cn",
        "zones": ["cn-north-1a", "cn-north-1b", "cn-north-1c"],
    }


def test_without_facts_the_region_is_the_one_of_the_config() -> None:
    def program() -> None:
        pulumi.export("region", aws.get_region().region)

    found = record(program, config={"aws:region": "eu-central-1"})
    assert (found.outputs["region"], found.assumptions) == ("eu-central-1", [])


@pytest.mark.parametrize("name", ["AWS_REGION", "AWS_DEFAULT_REGION"])
def test_without_a_region_in_the_config_the_environments_counts(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "eu-west-1")
    found = record(lambda: pulumi.export("region", aws.get_region().region))
    assert (found.outputs["region"], found.assumptions) == ("eu-west-1", [])


@pytest.mark.parametrize(
    ("region", "letters"),
    [("us-east-1", "abcdef"), ("us-west-2", "abcd"), ("us-west-1", "ab"), ("eu-west-1", "abc"), ("cn-north-1", "abc")],
)
def test_a_region_has_the_zones_that_it_really_has(region: str, letters: str) -> None:
    found = record(lambda: pulumi.export("zones", aws.get_availability_zones().names), aws=AwsFacts(region=region))
    assert (found.outputs["zones"], found.assumptions) == ([f"{region}{letter}" for letter in letters], [])


def test_where_nobody_knows_the_zones_there_are_enough_and_that_is_said() -> None:
    aws_facts = AwsFacts(region="eusc-de-east-1")
    found = record(lambda: pulumi.export("zones", aws.get_availability_zones().names), aws=aws_facts)
    assert len(found.outputs["zones"]) == 6
    assert found.assumptions == ["eusc-de-east-1 has as many Availability Zones as the stack asks for"]


def test_a_zone_that_is_excluded_by_its_id_is_left_out() -> None:
    def program() -> None:
        pulumi.export("zones", aws.get_availability_zones(exclude_zone_ids=["use1-az3"]).names)

    zones = record(program, aws=AwsFacts()).outputs["zones"]
    assert zones == [f"us-east-1{letter}" for letter in "abcde"]


def subnet_zones(subnet_ids: list[str]) -> list[str]:
    recording = record(
        lambda: pulumi.export("zones", [aws.ec2.get_subnet(id=i).availability_zone for i in subnet_ids]),
        config={"network": {"private": ["subnet-1", "subnet-2"], "public": ["subnet-3", "subnet-4"]}},
    )
    zones: list[str] = recording.outputs["zones"]
    return zones


def test_the_subnets_of_one_list_in_the_config_are_in_different_zones() -> None:
    assert subnet_zones(["subnet-3", "subnet-4"]) == ["us-east-1a", "us-east-1b"]
    assert subnet_zones(["subnet-2", "subnet-1"]) == ["us-east-1b", "us-east-1a"]


def test_subnets_that_the_config_does_not_list_take_the_zones_in_turn() -> None:
    def program() -> None:
        zones = [aws.ec2.get_subnet(id=f"subnet-{n}").availability_zone for n in range(4)]
        pulumi.export("zones", zones)

    assert record(program).outputs["zones"] == ["us-east-1a", "us-east-1b", "us-east-1c", "us-east-1a"]


def test_what_is_made_up_is_said_and_what_is_given_is_not() -> None:
    def program() -> None:
        vpc = aws.ec2.get_vpc(id="vpc-1")
        subnet = aws.ec2.get_subnet(id="subnet-1")
        export_all(
            cidr=vpc.cidr_block,
            cidrs=[a.cidr_block for a in vpc.cidr_block_associations],
            zone=subnet.availability_zone,
        )

    made_up = record(program)
    assert made_up.assumptions == [
        "the region is us-east-1: neither aws:region nor AWS_REGION names one",
        "VPC vpc-1 has the CIDR 10.0.0.0/16",
        "subnet subnet-1 is in us-east-1a, in vpc-0assumed, with the CIDR 10.0.0.0/22 and with IPv6",
    ]
    given = AwsFacts(
        vpcs={"vpc-1": {"cidrBlock": "10.9.0.0/16"}},
        subnets={"subnet-1": {"vpcId": "vpc-1", "availabilityZone": "us-east-1c", "cidrBlock": "10.9.1.0/24"}},
    )
    told = record(program, aws=given)
    assert told.assumptions == []
    assert told.outputs == {"cidr": "10.9.0.0/16", "cidrs": ["10.9.0.0/16"], "zone": "us-east-1c"}


def test_the_resources_of_a_service_have_the_arns_of_aws() -> None:
    def program() -> None:
        cluster = aws.ecs.Cluster("c", name="shop-cluster")
        task = aws.ecs.TaskDefinition("t", family="shop", container_definitions="[]")
        service = aws.ecs.Service("s", name="web", cluster=cluster.arn, task_definition=task.arn)
        export_all(cluster=cluster.arn, task=task.arn, service=service.id)

    prefix = "arn:aws:ecs:us-east-1:123456789012"
    assert record(program).outputs == {
        "cluster": f"{prefix}:cluster/shop-cluster",
        "task": f"{prefix}:task-definition/shop:1",
        "service": f"{prefix}:service/shop-cluster/web",
    }


def test_a_listener_and_its_rules_carry_the_load_balancer_in_their_arns() -> None:
    def program() -> None:
        balancer = aws.lb.LoadBalancer("alb", name="shop", internal=True)
        listener = aws.lb.Listener(
            "l",
            load_balancer_arn=balancer.arn,
            default_actions=[aws.lb.ListenerDefaultActionArgs(type="forward")],
        )
        rule = aws.lb.ListenerRule("r", listener_arn=listener.arn, actions=[], conditions=[])
        export_all(balancer=balancer.arn, listener=listener.arn, rule=rule.arn, dns=balancer.dns_name)

    outputs = record(program).outputs
    assert outputs["listener"].startswith(outputs["balancer"].replace(":loadbalancer/", ":listener/") + "/")
    assert outputs["rule"].startswith(outputs["listener"].replace(":listener/", ":listener-rule/") + "/")
    assert outputs["dns"].startswith("internal-shop-")
    assert outputs["dns"].endswith(".us-east-1.elb.amazonaws.com")


def test_an_automatic_name_is_known_in_a_preview_and_a_given_one_is_kept() -> None:
    def program() -> None:
        export_all(auto=aws.iam.Role("role", assume_role_policy="{}").name)
        export_all(given=aws.iam.Role("other", name="mine", assume_role_policy="{}").name)
        export_all(prefixed=aws.iam.Role("third", name_prefix="pre-", assume_role_policy="{}").name)

    preview = record(program, preview=True).outputs
    assert preview == record(program).outputs
    assert preview["auto"].startswith("role-")
    assert len(preview["auto"]) == len("role-") + 7
    assert preview["given"] == "mine"
    assert preview["prefixed"].startswith("pre-")


def test_two_resources_of_a_type_have_different_ids() -> None:
    recording = record(lambda: [aws.efs.FileSystem("a"), aws.efs.FileSystem("b")])
    ids = {r.id for r in recording.of_type(aws.efs.FileSystem)}
    assert len(ids) == 2
    assert all(i.startswith("fs-") for i in ids)


def test_a_type_without_a_shape_still_has_an_id_and_an_arn() -> None:
    def program() -> None:
        export_all(arn=aws.sqs.Queue("jobs", delay_seconds=3).arn)

    recording = record(program)
    assert recording.outputs["arn"].startswith("arn:aws:sqs:us-east-1:123456789012:queue/jobs-")
    assert recording.one(aws.sqs.Queue).outputs["delaySeconds"] == 3


def test_a_vpc_from_awsx_has_one_subnet_per_zone_and_layer_and_echoes_no_input() -> None:
    def program() -> None:
        vpc = awsx.ec2.Vpc(
            "net",
            availability_zone_names=["us-east-1a", "us-east-1b"],
            nat_gateways=awsx.ec2.NatGatewayConfigurationArgs(strategy=awsx.ec2.NatGatewayStrategy.SINGLE),
        )
        export_all(private=vpc.private_subnet_ids, public=vpc.public_subnet_ids)
        export_all(zone=vpc.private_subnet_ids.apply(lambda ids: aws.ec2.get_subnet(id=ids[1]).availability_zone))

    recording = record(program)
    assert len({*recording.outputs["private"], *recording.outputs["public"]}) == 4
    assert recording.outputs["zone"] == "us-east-1b"
    assert "natGateways" not in recording.one(awsx.ec2.Vpc).outputs
    assert recording.one(awsx.ec2.Vpc).remote


def test_an_image_built_by_awsx_is_known_by_its_digest() -> None:
    def program() -> None:
        url = aws.ecr.Repository("repo", name="app").repository_url
        export_all(image=awsx.ecr.Image("image", repository_url=url, context=".").image_uri)

    repository, digest = record(program).outputs["image"].split("@sha256:")
    assert repository == "123456789012.dkr.ecr.us-east-1.amazonaws.com/app"
    assert len(digest) == 64


def test_a_certificate_asks_for_one_record_per_domain() -> None:
    def program() -> None:
        certificate = aws.acm.Certificate(
            "cert", domain_name="a.example.com", subject_alternative_names=["b.example.com"]
        )
        options = certificate.domain_validation_options
        export_all(names=options.apply(lambda found: [option.domain_name for option in found]))

    assert record(program).outputs["names"] == ["a.example.com", "b.example.com"]


@pytest.mark.parametrize("preview", [False, True])
def test_a_resource_that_is_looked_up_is_recorded_as_read(preview: bool) -> None:
    def program() -> None:
        export_all(arn=aws.iam.Role.get("found", "existing").arn)

    recording = record(program, preview=preview)
    assert recording.outputs["arn"] == "arn:aws:iam::123456789012:role/existing"
    assert recording.one(aws.iam.Role).read
    assert recording.one(aws.iam.Role).import_id == "existing"


def test_every_invoke_is_recorded_with_its_arguments_and_answer() -> None:
    arn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:api-key-AbCdEf"

    def program() -> None:
        secret = aws.secretsmanager.get_secret(arn=arn)
        versions = aws.secretsmanager.get_secret_versions(secret_id=arn).versions
        export_all(found=json.dumps([secret.name, secret.arn, versions[0].version_stages]))

    recording = record(program)
    assert json.loads(recording.outputs["found"]) == ["api-key", arn, ["AWSCURRENT"]]
    assert [(i.token.split(":")[-1], i.args) for i in recording.invokes] == [
        ("getSecret", {"arn": arn}),
        ("getSecretVersions", {"secretId": arn}),
    ]
