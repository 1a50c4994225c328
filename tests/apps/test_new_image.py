"""What precedes another image of Open WebUI is bound to its service alone, and only while a deployment runs."""

from types import SimpleNamespace
from typing import Any

import pulumi
import pytest

from apps import new_image, verified
from components.data_tier.aurora import Database
from health.verdicts import Judgement, Verdict
from offline.engine import record
from tests.support.program import plan


class Asked:
    """What a hook did."""

    def __init__(self) -> None:
        self.calls: list[tuple[object, ...]] = []

    def __call__(self, *args: object) -> None:
        self.calls.append(args)


def bound(
    monkeypatch: pytest.MonkeyPatch,
    *,
    app: str = "webui",
    snapshot: bool = True,
    with_database: bool = True,
    new: str = "new",
) -> list[tuple[object, ...]]:
    """Update the service of an app, and give what was done before."""
    asked = Asked()
    monkeypatch.setattr(new_image, "deploys", lambda: True)
    monkeypatch.setattr(new_image, "open_aws", lambda region: region)
    monkeypatch.setattr(new_image, "before_update", asked)
    monkeypatch.setattr(new_image, "mute", asked)
    # The SDK would tell the engine of it.
    monkeypatch.setattr(pulumi, "ResourceHook", lambda _, callback: callback)
    monkeypatch.setattr(pulumi, "ResourceHookBinding", lambda before_update: before_update)

    def program() -> None:
        database = object.__new__(Database)
        object.__setattr__(database, "cluster_identifier", pulumi.Output.from_input("chat-1a2b3c"))
        wanted = SimpleNamespace(upgrade_snapshot=snapshot)
        settings: Any = SimpleNamespace(database=wanted, name_prefix="chat")
        tier = SimpleNamespace(database=database) if with_database else None
        facts = SimpleNamespace(location=SimpleNamespace(region="eu-west-1"))
        shared: Any = SimpleNamespace(data_tier=tier, facts=facts)
        hooks: Any = new_image.hooks(app, settings, shared)
        args: Any = SimpleNamespace(old_outputs={"taskDefinition": "old"}, new_inputs={"taskDefinition": new})
        for hook in hooks or ():
            pulumi.export("done", pulumi.Output.from_input(hook(args)))

    record(program)
    return asked.calls


def test_open_webuis_service_gets_a_snapshot_of_its_own_database(monkeypatch: pytest.MonkeyPatch) -> None:
    ((region, old, new, cluster, prefix, _),) = bound(monkeypatch)
    assert (region, old, new, cluster, prefix) == ("eu-west-1", "old", "new", "chat-1a2b3c", "chat")


def test_the_snapshot_can_be_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    ((_, _, _, cluster, *_),) = bound(monkeypatch, snapshot=False)
    assert cluster is None


def test_a_task_with_its_sqlite_file_stops_at_each_deployment_so_its_alarms_are_quiet(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ((region, prefix, _),) = bound(monkeypatch, with_database=False)
    assert (region, prefix) == ("eu-west-1", "chat")
    ((_, old, new, cluster, *_),) = bound(monkeypatch, with_database=False, new="old")
    assert (old, new, cluster) == ("old", "old", None)


def test_no_other_service_has_a_hook(monkeypatch: pytest.MonkeyPatch) -> None:
    assert bound(monkeypatch, app="gateway") == []


@pytest.mark.parametrize("preview", [False, True])
def test_neither_a_plan_nor_a_preview_asks_aws(preview: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: str) -> None:
        raise AssertionError("AWS was asked")

    monkeypatch.setattr(new_image, "open_aws", refuse)
    monkeypatch.setattr(verified, "open_aws", refuse)
    planned = plan({"verifyServices": True}, preview=preview)
    assert planned.outputs["ServiceNames"] == {
        "webui": "webui-bedrock-webui-service",
        "gateway": "webui-bedrock-gateway-service",
    }


@pytest.mark.parametrize("judgement", Judgement)
def test_an_up_with_the_check_fails_unless_everything_runs(
    judgement: Judgement, monkeypatch: pytest.MonkeyPatch
) -> None:
    deployed: Any = SimpleNamespace(service_names={"webui": "chat-webui-service"})
    monkeypatch.setattr(verified, "watch", lambda *_: [Verdict(app="webui")])
    monkeypatch.setattr(verified, "judge", lambda _: judgement)
    monkeypatch.setattr(verified, "lines", lambda *_: ["webui  FAILED: the reason"])
    if judgement is Judgement.RUNS:
        verified.require_running(deployed, lambda _: None)
        return
    with pytest.raises(pulumi.RunError, match="the reason"):
        verified.require_running(deployed, lambda _: None)
