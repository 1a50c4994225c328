import pytest

from tests.support.program import plan


@pytest.fixture
def planned_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let commands have the plan that all tests share."""
    monkeypatch.setattr("offline.engine.record_stack", lambda _root, stack: plan(stack=stack))
