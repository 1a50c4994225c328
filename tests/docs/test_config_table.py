"""README has every key of the configuration, in the settings' own words, and what a change of it really does."""

from pathlib import Path

import pytest

from scripts import config_table
from scripts.config_effects import IN_PLACE, NOTHING, Group, groups
from scripts.config_table import README, Effects

GROUPS = groups()
WEAKEST = {IN_PLACE, NOTHING}
"""What does not show where another key of the group does more."""


def union(effects: list[Effects]) -> Effects:
    return set[str]().union(*(there for there, _ in effects)), set[str]().union(*(back for _, back in effects))


def test_every_key_has_one_sample_change_and_every_sample_a_key() -> None:
    assert sorted(key for group in GROUPS for key in group.changes) == sorted(config_table.keys())


def test_the_table_is_what_the_settings_say() -> None:
    """Types, defaults and descriptions; `make docs` writes it anew."""
    text = README.read_text(encoding="utf-8")
    assert config_table.with_table(text, config_table.written(text)) == text


@pytest.mark.parametrize("group", GROUPS, ids=lambda group: next(iter(group.changes)))
def test_a_change_does_what_the_table_tells_of_it(group: Group) -> None:
    """All keys of a group at once, which takes a third of the plans; a group of one key exactly."""
    rows = config_table.written(README.read_text(encoding="utf-8"))
    told = union([rows[key] for key in group.changes])
    for found, written in zip(group.effects(*group.changes), told, strict=True):
        assert found - WEAKEST == written - WEAKEST
        assert len(group.changes) > 1 or found == written


def test_the_command_plans_the_keys_that_are_named_and_refuses_what_is_none(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = README.read_text(encoding="utf-8")
    monkeypatch.setattr(config_table, "README", readme := tmp_path / "README.md")
    readme.write_text(text.replace("cannot be changed", IN_PLACE), encoding="utf-8")
    assert config_table.main(["network.cidr"]) == 0
    told, anew = config_table.written(text), config_table.written(readme.read_text(encoding="utf-8"))
    assert anew["network.cidr"] == told["network.cidr"]
    assert anew["network.vpcId"] != told["network.vpcId"]
    assert config_table.main(["cahce"]) == 1
    assert "no key begins with cahce" in capsys.readouterr().err


def test_a_key_without_a_sample_change_or_a_readme_without_a_place_is_one_clear_line() -> None:
    text = README.read_text(encoding="utf-8")
    with pytest.raises(LookupError, match=r"namePrefix has no sample change in scripts/config_changes\.yaml"):
        config_table.with_table(text, {})
    with pytest.raises(LookupError, match=r"README\.md has no line <!-- Made by `make docs` -->"):
        config_table.with_table("# Nothing\n", {})
