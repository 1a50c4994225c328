"""A deployed stack with a database, and the command that restores it."""

import json
from collections.abc import Iterator

import pytest

from scripts import restore
from tests.scripts.deployed_stack import NOW, TASK, Run, Stack, answer, deployed
from tests.scripts.restore.database import NAME, make_cluster, run_webui
from tests.scripts.standins import Body, Machine, Outcome, listening


@pytest.fixture
def stack(machine: Machine) -> Iterator[Stack]:
    """A stack whose Open WebUI works with a cluster of Aurora."""
    machine.patch.setattr("time.sleep", lambda _: None)
    # moto takes one whenever a cluster is made, and calls it by the minute.
    machine.patch.setattr("moto.rds.models.RDSBackend.create_auto_cluster_snapshot", lambda *_: None)
    with deployed(machine) as healthy:
        make_cluster(healthy, NAME)
        cluster = healthy.client("rds").describe_db_clusters(DBClusterIdentifier=NAME)["DBClusters"][0]
        run_webui(healthy, cluster["Endpoint"])
        yield healthy


@pytest.fixture
def asked(stack: Stack) -> Iterator[list[Body]]:
    """What RunTask was asked for; its task ends with what `ends` says."""
    requests: list[Body] = []

    def start(params: Body, **_: object) -> None:
        requests.append(json.loads(params["body"]))

    started = answer("ecs.RunTask", {"tasks": [{"taskArn": TASK}], "failures": []})
    with started, listening("before-call.ecs.RunTask", start):
        yield requests


@pytest.fixture
def run(machine: Machine, asked: list[Body]) -> Run:
    """`make restore` or, with `--drill`, `make restore-drill`."""

    def call(*options: str, status: int = 0, **exit_codes: int) -> Outcome:
        containers = [{"name": name, "exitCode": exit_codes.get(name, 0)} for name in ("migrate", "webui")]
        ended = {
            "taskArn": TASK,
            "lastStatus": "STOPPED",
            "stoppedAt": NOW,
            "stoppedReason": "-",
            "containers": containers,
        }
        with answer("ecs.DescribeTasks", {"tasks": [ended]}):
            return machine.run(restore.main, "--stack", "dev", *options, status=status)

    return call
