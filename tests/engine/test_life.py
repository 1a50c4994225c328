"""Each kind of stack comes, stays as it is, and goes: preview, up, second up, refresh, destroy."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from tests import deployer_policy
from tests.engine.machinery import Machinery
from tests.engine.outcome import Outcome
from tests.engine.stage import Stage

pytestmark = pytest.mark.engine

STACKS = ("dev", "prod", "open", "closed", "sqlite", "landing", "limited", "people")
"""The seed's; hardened; internet-facing with Service Connect; without a way out; without database; with given parts;
with an organization's limits on roles, and backups; with a user pool of Cognito, and limits for people."""
REMAINS = {"backup vault", "kms key", "snapshot", "task definition"}
"""A key waits for its deletion; the database leaves a final snapshot; the others are kept on purpose."""


@dataclass(frozen=True, kw_only=True)
class Life:
    """What was said at each step."""

    preview: Outcome
    first: Outcome
    second: Outcome
    refresh: Outcome
    destroy: Outcome
    left: set[tuple[str, str]]
    refusals: list[str]
    changes: set[tuple[str, str]]
    """Services and operations that changed something."""


@pytest.fixture(scope="module", params=STACKS)
def life(request: pytest.FixtureRequest, machinery: Machinery, tmp_path_factory: pytest.TempPathFactory) -> Life:
    name, folder = request.param, tmp_path_factory.mktemp("life")
    preview = machinery.empty(name, folder / "empty").preview()
    first = machinery.deployed(name).history[-1]
    stage = machinery.fork(name, folder / "stage")
    second, refresh = stage.up("--expect-no-changes"), stage.refresh("--expect-no-changes")
    if machinery.configs[name].get("protect"):
        stage.configure({**machinery.configs[name], "protect": False})
        assert stage.up().ok
    destroy = stage.destroy()
    return Life(
        preview=preview,
        first=first,
        second=second,
        refresh=refresh,
        destroy=destroy,
        left=stage.aws.inventory() - machinery.given,
        refusals=stage.aws.refusals(),
        changes=stage.aws.changes(since=len(machinery.account.control("log")["log"])),
    )


def test_the_first_up_makes_what_the_preview_showed(life: Life) -> None:
    assert life.first.ok, life.first.text
    assert life.first.done == life.preview.done
    assert set(life.first.done) == {"added"}


def test_a_second_up_changes_nothing(life: Life) -> None:
    assert life.second.ok, life.second.text


def test_a_refresh_shows_nothing(life: Life) -> None:
    assert life.refresh.ok, life.refresh.text


def test_a_destroy_leaves_nothing_but_what_is_meant_to_stay(life: Life) -> None:
    assert life.destroy.ok, life.destroy.text
    assert {kind for kind, _ in life.left} <= REMAINS, life.left


def test_aws_refuses_nothing_on_the_way(life: Life) -> None:
    assert life.refusals == []


def test_a_protected_stack_is_not_destroyed(machinery: Machinery, fork: Callable[[str], Stage]) -> None:
    stage = fork("prod")
    before = stage.aws.inventory()
    assert not stage.destroy().ok
    lost = {kind for kind, _ in before - stage.aws.inventory()}
    assert not lost & {"database cluster", "file system", "load balancer"}, lost


def test_the_policies_for_deployers_allow_every_change(life: Life) -> None:
    refused = sorted(change for change in life.changes if not deployer_policy.allows(*change))
    assert refused == [], refused
