"""`make import` maps a live CloudFormation stack, of either template, to what the program really registers."""

import dataclasses
import json
import re

import pulumi_aws as aws
import pytest
import yaml

import settings
from scripts import import_stack
from scripts.cloudformation import keep_names, reasons
from scripts.cloudformation.differences import find_differences
from scripts.cloudformation.mapping import map_resources
from scripts.cloudformation.preparations import preparations
from scripts.cloudformation.proposal import propose
from scripts.cloudformation.stack import read_stack
from scripts.cloudformation.system import Live, System, read_system
from tests.scripts.cloudformation.answers import OldStack
from tests.scripts.cloudformation.conftest import Account, Taken
from tests.scripts.cloudformation.looks import amend, imported, left, urns
from tests.scripts.cloudformation.old_system import ACCOUNT, CERTIFICATE, REGION

SHAPES = ["split", "unsplit"]


@pytest.fixture(params=SHAPES)
def taken(account: Account, request: pytest.FixtureRequest) -> Taken:
    found = getattr(account, request.param)
    assert isinstance(found, Taken)
    return found


def test_every_entry_is_a_resource_that_the_program_registers(taken: Taken) -> None:
    assert taken.status == 0
    entries = json.loads(taken.text("import.json"))["resources"]
    registered = {resource.urn for resource in taken.recording.resources}
    assert len(urns(entries)) == len(entries)
    assert urns(entries).keys() <= registered
    assert [entry["name"] for entry in entries if entry.get("component")] == list(
        dict.fromkeys(entry["parent"] for entry in entries if "parent" in entry)
    )


def test_nothing_is_left_over_on_either_side_without_a_reason(taken: Taken, account: Account) -> None:
    plan = taken.plan
    listed = account.stacks[taken.system.stack.name].resources
    assert sorted([*imported(plan), *left(plan)]) == sorted(listed)
    ours = [found.resource.urn for found in plan.imports] + [made.resource.urn for made in plan.created]
    assert sorted(ours) == sorted(resource.urn for resource in taken.recording.resources if resource.custom)
    assert all(left(plan).values())
    assert all(made.reason for made in plan.created)
    assert "the template had nothing like it" not in taken.printed
    for logical_id in listed:
        assert len(re.findall(rf"^ +{logical_id} \(", taken.printed, re.MULTILINE)) == 1
    for made in plan.created:
        assert f"      {made.resource.type} {made.resource.name}\n" in taken.printed


def test_ids_have_the_formats_that_the_provider_imports(account: Account) -> None:
    found = imported(account.split.plan)
    stack = account.stacks["webui"]
    service = "webui-bedrock-cluster/webui-bedrock-webui-service"
    target = f"ecs/service/{service}/ecs:service:DesiredCount"
    assert found == {
        "ECSCluster": "webui-bedrock-cluster",
        "ECSLogGroup": "/ecs/webui-bedrock",
        "WebUIService": service,
        "GatewayService": service.replace("-webui-", "-gateway-"),
        "WebUIScalingTarget": target,
        "WebUIScalingPolicy": f"{target}/webui-bedrock-webui-service-cpu",
        "GatewayScalingTarget": target.replace("-webui-", "-gateway-"),
        "GatewayScalingPolicy": f"{target}/webui-bedrock-webui-service-cpu".replace("-webui-", "-gateway-"),
        # The provider takes these as CloudFormation has them: ARNs, fs-.., fsmt-...
        **{
            logical_id: stack.id(logical_id)
            for logical_id in (
                "ApplicationLoadBalancer",
                "ALBListener",
                "ALBTargetGroupWebUI",
                "ALBTargetGroupWebUIRule",
                "ALBTargetGroupGateway",
                "ALBTargetGroupGatewayRule",
                "EFSFileSystem",
                "EFSMountTarget1",
                "EFSMountTarget2",
            )
        },
    }


def test_one_service_for_both_applications_is_left_to_run_until_two_have_replaced_it(account: Account) -> None:
    plan = account.unsplit.plan
    assert "solo-service" in left(plan)["ECSService"]
    assert {"ECSScalingTarget", "ECSScalingPolicy", "TaskDefinition"} <= left(plan).keys()
    assert {"ALBTargetGroupWebUI", "ALBTargetGroupGateway", "EFSFileSystem"} <= imported(plan).keys()
    made = {created.resource.name: created.reason for created in plan.created}
    assert made["webui-service"].startswith("in place of ECSService")
    assert (
        "aws ecs delete-service --region eu-west-1 --cluster solo-cluster --service solo-service"
        in account.unsplit.printed
    )


def test_aws_is_only_read(account: Account) -> None:
    assert len(set(account.calls)) > 15
    assert not [name for name in account.calls if not name.startswith(("Describe", "List", "Get"))]
    assert "GetSecretValue" not in account.calls


def test_the_proposed_config_says_what_runs(account: Account) -> None:
    proposed = yaml.safe_load(account.split.text("demo.imported.yaml"))
    document = proposed["config"]
    assert document.pop("aws:region") == REGION
    # What the stack's file said of the provider stays.
    assert document.pop("aws:allowedAccountIds") == [ACCOUNT]
    assert document["webui-bedrock:alarms"] == {"emails": ["ops@example.com"]}
    assert proposed["encryptionsalt"] == "v1:made-up"
    assert document["webui-bedrock:tags"] == {"Team": "chat"}
    config = {key.removeprefix("webui-bedrock:"): value for key, value in document.items()}
    found = settings.parse(config, region=REGION)
    assert found.name_prefix == "webui-bedrock"
    assert isinstance(found.network, settings.GivenNetwork)
    mounted = [live.facts["SubnetId"] for live in account.split.system.of_type("AWS::EFS::MountTarget")]
    assert list(found.network.private_subnet_ids[:2]) == mounted
    assert len(found.network.private_subnet_ids) == 3
    assert found.load_balancer.allowed_cidrs == ("10.20.0.0/16",)
    assert found.webui.image == f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/webui-bedrock-open-webui:1.0"
    assert (found.webui.cpu, found.webui.memory, found.webui.architecture) == (1024, 4096, "x86_64")
    assert (found.webui.scaling.max, found.gateway.scaling.max, found.webui.scaling.cpu_target) == (5, 3, 65)
    assert found.gateway.port == 8000
    assert found.gateway.api_key_secret_arn == account.stacks["webui"].id("BedrockApiKeySecret")
    assert found.file_system.encrypted is False


def test_values_of_variables_are_never_printed(taken: Taken) -> None:
    assert "OLD_SETTING" in taken.printed
    assert "not-to-be-printed" not in taken.printed + taken.text("import.json") + taken.text("demo.imported.yaml")


def test_what_is_there_already_is_not_overwritten(account: Account, capsys: pytest.CaptureFixture[str]) -> None:
    before = account.split.text("import.json")
    assert import_stack.main(["--cfn-stack", "solo", "--stack", "demo"], account.split.folder) == 1
    assert "import.json exists" in capsys.readouterr().err
    assert account.split.text("import.json") == before


def test_only_types_without_a_name_in_the_program_have_their_names_kept(taken: Taken) -> None:
    named = {found.resource.type: "name" in found.resource.inputs for found in taken.plan.imports}
    for type_ in named.keys() & keep_names.AUTO_NAMED:
        assert not named[type_]
    # Those named by Pulumi and by nobody else: a new one must not be forgotten here.
    takes_names = {
        "aws:appautoscaling/policy:Policy",
        "aws:lb/loadBalancer:LoadBalancer",
        "aws:lb/targetGroup:TargetGroup",
    }
    assert takes_names == keep_names.AUTO_NAMED


@pytest.mark.parametrize(
    ("logical_id", "facts", "reason"),
    [
        ("EFSFileSystem", {"Encrypted": True, "KmsKeyId": "the-key"}, "encrypted is True"),
        ("ALBTargetGroupWebUI", {"Port": 80}, "its port is 80 and would be 8080"),
        ("ApplicationLoadBalancer", {"Scheme": "internet-facing"}, "internal is False"),
        ("ECSCluster", {"clusterName": "other"}, "name is other"),
    ],
)
def test_what_an_import_would_only_replace_is_left_and_created(
    account: Account, logical_id: str, facts: dict[str, object], reason: str
) -> None:
    system = amend(account.split.system, logical_id, **facts)
    plan = map_resources(system, account.split.recording)
    assert reason in left(plan)[logical_id]
    assert any(made.reason.startswith(f"in place of {logical_id}:") for made in plan.created)


def test_what_belongs_to_a_file_system_that_is_left_is_left_with_it(account: Account) -> None:
    plan = map_resources(amend(account.split.system, "EFSFileSystem", Encrypted=True), account.split.recording)
    assert {"EFSMountTarget1", "EFSMountTarget2"} <= left(plan).keys()


def test_logical_ids_do_not_matter_where_aws_knows_better(account: Account) -> None:
    system = account.split.system
    renamed = [
        Live(resource=dataclasses.replace(live.resource, logical_id=f"X{number}"), facts=live.facts)
        for number, live in enumerate(system.present)
    ]
    plan = map_resources(dataclasses.replace(system, present=tuple(renamed)), account.split.recording)
    assert {found.id: found.resource.urn for found in plan.imports} == {
        found.id: found.resource.urn for found in account.split.plan.imports
    }


def test_a_resource_that_was_deleted_by_hand_is_said_to_be_gone(account: Account) -> None:
    stack = account.stacks["webui"]
    ids = {
        "ECSLogGroup": "/ecs/nobody",
        "EFSMountTarget1": "fsmt-00000000",
        "ALBTargetGroupWebUIRule": "",
        "ECSTaskRole": "no",
    }
    ids["ALBTargetGroupWebUIRule"] = stack.id("ALBTargetGroupWebUIRule")[:-4] + "0000"
    ids["WebUITaskDefinition"] = stack.id("WebUITaskDefinition")[:-1] + "9"
    listed = {name: (type_, ids.get(name, known)) for name, (type_, known) in stack.resources.items()}
    account.stacks["holes"] = OldStack("holes", resources=listed)
    system = read_system(account.aws, read_stack(account.aws, "holes", ACCOUNT))
    assert {resource.logical_id for resource in system.gone} == ids.keys()
    plan = map_resources(system, account.split.recording)
    assert {left(plan)[name] for name in ids} == {reasons.GONE}
    assert "webui-rule" in {made.resource.name for made in plan.created}


def test_what_the_import_cannot_change_is_prepared_by_hand(account: Account) -> None:
    taken = account.split
    commands = preparations(taken.system, taken.plan, taken.recording)
    assert [command.split()[2] for command in commands] == [
        "put-cluster-capacity-providers",
        "update-service",
        "update-service",
    ]
    rule = next(r for r in taken.recording.of_type(aws.lb.ListenerRule) if r.name == "webui-rule")
    system = amend(taken.system, "ALBTargetGroupGatewayRule", Priority=str(int(rule.inputs["priority"])))
    moved = preparations(system, taken.plan, taken.recording)[-1]
    assert moved.startswith("aws elbv2 set-rule-priorities")
    assert moved.endswith(",Priority=100")
    assert account.stacks["webui"].id("ALBTargetGroupGatewayRule") in moved


def test_a_volume_that_is_mounted_nowhere_is_told_from_one_that_holds_the_data(account: Account) -> None:
    def why(system: System) -> str:
        found = find_differences(system, account.split.plan, account.split.recording)
        return next(difference.why for difference in found if difference.what == "Open WebUI's files")

    assert "gone with the task" in why(account.split.system)
    webui = account.split.system.apps["webui"]
    mounts = {"mountPoints": [{"sourceVolume": "efs-volume", "containerPath": "/app/backend/data"}]}
    mounted = dataclasses.replace(webui, container={**webui.container, **mounts})
    assert why(dataclasses.replace(account.split.system, apps={"webui": mounted})).startswith("copy them")


def test_what_this_program_refuses_is_left_out_and_told(account: Account) -> None:
    open_to_all = [{"IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]
    proposal = propose(amend(account.split.system, "ALBSecurityGroup", IpPermissions=open_to_all))
    assert "allowedCidrs" not in proposal.config["loadBalancer"]
    assert {problem.key for problem in proposal.refused} == {"loadBalancer.allowedCidrs"}


def test_https_is_taken_over_with_its_certificate(account: Account) -> None:
    facts = {"Port": 443, "Protocol": "HTTPS", "Certificates": [{"CertificateArn": CERTIFICATE}]}
    system = amend(account.split.system, "ALBListener", **facts)
    proposal = propose(system)
    assert proposal.config["loadBalancer"]["certificateArn"] == CERTIFICATE
    assert {problem.key for problem in proposal.refused} == {"loadBalancer.domain"}
    plan = map_resources(system, import_stack.record_program(proposal, system, "demo"))
    names = {found.live.resource.logical_id: found.resource.name for found in plan.imports}
    assert names["ALBListener"] == "load-balancer-https"
    assert names["ALBTargetGroupGatewayRule"] == "gateway-rule"
    assert "load-balancer-http" in {made.resource.name for made in plan.created}


def test_a_load_balancer_that_is_open_to_the_world_is_closed_to_all_but_the_vpc(account: Account) -> None:
    system = amend(account.split.system, "ALBSecurityGroup", IpPermissions=[{"IpRanges": [{"CidrIp": "0.0.0.0/0"}]}])
    public = [{"SubnetId": f"subnet-0000000000000000{number}"} for number in "12"]
    proposal = propose(amend(system, "ApplicationLoadBalancer", Scheme="internet-facing", AvailabilityZones=public))
    assert proposal.config["loadBalancer"]["allowedCidrs"] == ["10.20.0.0/16"]
    assert len(proposal.config["network"]["publicSubnetIds"]) == 2
