"""What a stack that runs would lose is told from its state, which no plan of before is there to be compared with."""

from typing import Any

import pytest

from offline.difference.deployed import lost
from offline.engine.recording import Recording
from tests.support.program import Config, plan

NO_DATABASE: Config = {"database": {"enabled": False}, "webui": {"scaling": {"max": 1}}}
UPLOADS: Config = {"webui": {"storage": "s3"}}
WIKI: Config = {
    "services": {"wiki": {"image": "example/wiki:1", "port": 8080, "paths": ["/wiki/*"], "volume": {"path": "/data"}}}
}


def state_of(recording: Recording, **differing: dict[str, Any]) -> dict[str, Any]:
    """The state after an `up` that made it, with what the provider writes beside the inputs, and ids of AWS's own."""
    resources = []
    for one in recording.resources:
        given = {name: f"real-{name}" for name, urns in one.property_dependencies.items() if urns}
        inputs = {**one.inputs, **given, **differing.get(one.name, {}), "__defaults": []}
        entry = {"urn": one.urn, "type": one.type, "custom": one.custom, "parent": one.parent, "inputs": inputs}
        resources.append({**entry, "protect": one.protect, "retainOnDelete": one.retain_on_delete})
    return {"version": 3, "deployment": {"resources": resources}}


def told(before: Config, after: Config) -> list[str]:
    return [loss.what_happens for loss in lost(state_of(plan(before)), plan(after))]


@pytest.mark.parametrize("config", [{}, UPLOADS, WIKI, {"protect": False}])
def test_a_stack_that_stays_as_it_is_loses_nothing(config: Config) -> None:
    assert told(config, config) == []


@pytest.mark.parametrize(
    ("before", "after", "what"),
    [
        (
            {},
            NO_DATABASE,
            "rds.Cluster data-tier-database-cluster is removed: the databases in it and its automatic backups; a final "
            "snapshot is taken first",
        ),
        (
            {"database": {"finalSnapshot": False}},
            NO_DATABASE,
            "rds.Cluster data-tier-database-cluster is removed: the databases in it and its automatic backups; "
            "no final snapshot is taken",
        ),
        (UPLOADS, {}, "s3.Bucket uploads-bucket is removed: the objects in it"),
        (
            {},
            {"fileSystem": {"path": "/other"}},
            "efs.AccessPoint file-system-webui is replaced because of rootDirectory: its files stay on the file system",
        ),
        (WIKI, {}, "efs.AccessPoint file-system-wiki is removed: its files stay on the file system"),
        ({}, {"gateway": {"enabled": False}}, "secretsmanager.Secret secrets-gateway-api-key-secret is removed"),
    ],
)
def test_what_holds_or_shows_data_and_goes_is_told(before: Config, after: Config, what: str) -> None:
    assert [line for line in told(before, after) if line.startswith(what)]


def test_a_database_that_goes_says_how_it_comes_back() -> None:
    gone = lost(state_of(plan()), plan(NO_DATABASE))
    ways = {loss.resource.type: loss.way_out for loss in gone}
    assert ways["aws:rds/cluster:Cluster"].endswith("afterwards make restore SNAPSHOT=<final>")
    assert ways["random:index/randomPassword:RandomPassword"] == "take the change back, or keep a copy first"


def test_another_key_replaces_what_it_encrypts_and_no_secret_value_is_compared() -> None:
    concealed = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "ciphertext": "v1:made-up"}
    state = state_of(plan(), **{"data-tier-database-cluster": {"masterUsername": concealed, "databaseName": "other"}})
    assert list(lost(state, plan())) == [], "databaseName is ignored by the program's own options"
    given = state_of(plan(), **{"file-system-efs": {"performanceMode": "maxIO", "encrypted": False}})
    (files,) = lost(given, plan())
    assert files.what_happens.startswith("efs.FileSystem file-system-efs is replaced because of encrypted")


def test_what_is_protected_is_said_to_be_refused() -> None:
    state = state_of(plan(UPLOADS))
    for entry in state["deployment"]["resources"]:
        entry["protect"] = True
    assert [
        loss.what_happens for loss in lost(state, plan()) if "it is protected, so Pulumi refuses" in loss.what_happens
    ]


def test_what_waits_for_its_deletion_and_what_a_plugin_made_is_left_out() -> None:
    state = state_of(plan(UPLOADS))
    for entry in state["deployment"]["resources"]:
        entry["delete"] = True
    assert list(lost(state, plan())) == []
    network = next(one for one in plan().resources if one.remote)
    inside = {"urn": "urn:of:a:log-group", "type": "aws:cloudwatch/logGroup:LogGroup", "parent": network.urn}
    assert list(lost({"deployment": {"resources": [inside]}}, plan())) == []
