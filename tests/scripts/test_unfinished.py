"""`make up` finds in the state what an earlier run left, reads it back from AWS, and only then changes anything."""

import json
import os
import socket
import subprocess
from typing import Any

import pytest

from scripts import stack
from tests.scripts.deployed_stack import REGION
from tests.scripts.standins import ACCOUNT, Body, Machine, Outcome

pytestmark = pytest.mark.usefixtures("aws")

CLUSTER, SUBNETS, NAT, TOPIC = (
    {"urn": f"urn:pulumi:dev::webui-bedrock::a:b:C${kind}::{name}", "type": kind, "custom": True, "inputs": inputs}
    for kind, name, inputs in (
        ("aws:rds/cluster:Cluster", "database", {"clusterIdentifier": "chats", "__defaults": [], "backup": 7}),
        ("aws:rds/subnetGroup:SubnetGroup", "subnets", {"name": "in-private"}),
        ("aws:ec2/natGateway:NatGateway", "nat-1", {"tags": {"Name": "the-nat"}}),
        ("aws:sns/topic:Topic", "topic", {"name": "alarms-1a2b"}),
    )
)
FAILED = {**CLUSTER, "initErrors": ["ModifyDBCluster: KMSKeyNotAccessibleFault: injected\nrequest 1"]}
REFRESH = ["pulumi", "refresh", "--stack", "dev", "--yes", "--skip-preview"]


def run(machine: Machine, command: str = "up", *, status: int = 0) -> Outcome:
    return machine.run(stack.main, command, "--stack", "dev", "--yes", status=status)


def pending(operation: str, resource: Body) -> Body:
    return {"type": operation, "resource": resource}


def imported(machine: Machine) -> list[dict[str, Any]]:
    document = json.loads((machine.home / "imported").read_text())
    found: list[dict[str, Any]] = document["deployment"]["resources"]
    return found


def test_what_failed_before_is_read_back_and_nothing_else_is(machine: Machine) -> None:
    machine.install_pulumi(SUBNETS, FAILED)
    ended = run(machine)
    assert machine.commands == [[*REFRESH, "--target", CLUSTER["urn"]], ["pulumi", "up", "--stack", "dev", "--yes"]]
    assert "failed before: Cluster database: ModifyDBCluster: KMSKeyNotAccessibleFault: injected\n" in ended.err
    assert "AWS does not tell its password" in ended.err


def test_a_stack_that_ended_well_is_deployed_without_a_word(machine: Machine) -> None:
    machine.keep_state()
    machine.install_pulumi(SUBNETS, CLUSTER)
    ended = run(machine)
    assert machine.commands == [["pulumi", "up", "--stack", "dev", "--yes"]]
    assert ended.err == ""


def test_nothing_is_changed_when_it_cannot_be_read_back(machine: Machine) -> None:
    machine.install_pulumi(FAILED, body="exit 255")
    run(machine, status=255)
    assert [call[1] for call in machine.commands] == ["refresh"]


def test_a_preview_reads_back_without_writing_the_state(machine: Machine) -> None:
    machine.install_pulumi(FAILED, pending=[pending("creating", SUBNETS)])
    run(machine, "preview")
    assert machine.commands == [["pulumi", "preview", "--stack", "dev", "--refresh"]]


def test_what_was_being_created_is_adopted_under_the_id_that_its_inputs_tell(machine: Machine) -> None:
    machine.install_pulumi(SUBNETS, pending=[pending("creating", CLUSTER), pending("creating", TOPIC)])
    ended = run(machine)
    topic = f"arn:aws:sns:{REGION}:{ACCOUNT}:alarms-1a2b"
    adopted = {"id": "chats", "outputs": {"clusterIdentifier": "chats", "backup": 7}}
    assert imported(machine) == [SUBNETS, CLUSTER | adopted, TOPIC | {"id": topic, "outputs": TOPIC["inputs"]}]
    targets = [word for urn in sorted([str(CLUSTER["urn"]), str(TOPIC["urn"])]) for word in ("--target", urn)]
    assert machine.commands[1:] == [[*REFRESH, *targets], ["pulumi", "up", "--stack", "dev", "--yes"]]
    assert "was being created: Cluster database (chats)" in ended.err


def test_a_destroy_takes_along_what_a_killed_run_was_creating(machine: Machine) -> None:
    machine.keep_state()
    machine.install_pulumi(SUBNETS, pending=[pending("creating", CLUSTER)])
    run(machine, "destroy")
    assert [entry.get("id") for entry in imported(machine)] == [None, "chats"]
    destroy = ["pulumi", "destroy", "--stack", "dev", "--yes"]
    assert machine.commands[1:] == [[*REFRESH, "--target", CLUSTER["urn"]], destroy]


def test_what_cannot_be_found_is_named_before_and_after(machine: Machine) -> None:
    machine.install_pulumi(SUBNETS, pending=[pending("creating", NAT)])
    ended = run(machine)
    assert imported(machine) == [SUBNETS]
    assert ended.err.count("NatGateway nat-1 (the-nat)") == 2
    assert "Look there, and delete them" in ended.err


def test_a_replacement_that_was_under_way_leaves_the_old_resource_in_the_state(machine: Machine) -> None:
    old = {**CLUSTER, "id": "old"}
    machine.install_pulumi(old, pending=[pending("creating", CLUSTER)])
    run(machine)
    assert imported(machine) == [old]


def test_a_replacement_whose_old_resource_is_gone_takes_its_place(machine: Machine) -> None:
    gone = {**CLUSTER, "id": "old", "pendingReplacement": True}
    machine.install_pulumi(gone, SUBNETS, pending=[pending("creating", CLUSTER)])
    run(machine)
    assert [(entry["urn"], entry.get("id")) for entry in imported(machine)] == [
        (CLUSTER["urn"], "chats"),
        (SUBNETS["urn"], None),
    ]


@pytest.mark.parametrize("operation", ["updating", "deleting"])
def test_a_change_that_was_interrupted_is_read_back(machine: Machine, operation: str) -> None:
    machine.install_pulumi(CLUSTER, pending=[pending(operation, CLUSTER)])
    run(machine)
    assert imported(machine) == [CLUSTER]
    assert machine.commands[1] == [*REFRESH, "--target", CLUSTER["urn"]]


def lock(machine: Machine, pid: int, hostname: str) -> None:
    folder = machine.project / ".pulumi-state/.pulumi/locks/organization/webui-bedrock/dev"
    folder.mkdir(parents=True)
    held = {"pid": pid, "username": "ada", "hostname": hostname, "timestamp": "2026-11-01T12:00:00Z"}
    (folder / "a.json").write_text(json.dumps(held))


def ended_process() -> int:
    process = subprocess.Popen(["sh", "-c", ":"])
    process.wait()
    return process.pid


def test_the_lock_of_a_dead_process_of_this_machine_is_taken_away(machine: Machine) -> None:
    machine.keep_state()
    machine.install_pulumi()
    pid = ended_process()
    lock(machine, pid, socket.gethostname())
    ended = run(machine)
    assert machine.commands[0] == ["pulumi", "cancel", "--stack", "dev", "--yes"]
    assert f"ada@{socket.gethostname()} (process {pid}) since 2026-11-01" in ended.err


@pytest.mark.parametrize(("alive", "hostname"), [(True, socket.gethostname()), (False, "another-machine")])
def test_with_a_lock_that_somebody_may_hold_the_cli_says_who_and_nothing_is_read_back(
    machine: Machine, alive: bool, hostname: str
) -> None:
    machine.keep_state()
    machine.install_pulumi(CLUSTER, pending=[pending("updating", CLUSTER)])
    pid = os.getpid() if alive else ended_process()
    lock(machine, pid, hostname)
    ended = run(machine)
    assert [call[:2] for call in machine.commands] == [["pulumi", "up"]]
    assert "did not end well" not in ended.err


def test_a_state_that_changes_meanwhile_is_not_overwritten(machine: Machine) -> None:
    machine.install_pulumi(CLUSTER, pending=[pending("updating", CLUSTER)])
    program = machine.bin / "pulumi"
    program.write_text(f"{program.read_text()}\n[ $2 != export ] || echo '{{}}' > '{machine.home}/state.json'")
    ended = run(machine, status=1)
    assert machine.commands == []
    assert "somebody works on it" in ended.err
