"""The config and the programs that pages show are accepted as they stand there."""

import re
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
import yaml

import settings
from package.provider import VERSION
from tests.support import pages
from tests.support.program import GATEWAY_IMAGE, ROOT

PREFIX = "webui-bedrock:"
SURFACE: dict[str, Any] = yaml.safe_load((ROOT / "package/components.yaml").read_text())


def blocks(page: Path) -> Iterator[dict[str, Any]]:
    for block in re.findall(r"^ *```yaml\n(.*?)^ *```", page.read_text(), re.DOTALL | re.MULTILINE):
        yield yaml.safe_load(dedent(block))


@pytest.mark.parametrize("page", pages.PAGES, ids=pages.name)
def test_every_config_that_is_shown_is_accepted(page: Path) -> None:
    for block in blocks(page):
        config = block.get("config", block)
        shown = {key.removeprefix(PREFIX): value for key, value in config.items() if key.startswith(PREFIX)}
        gateway = {"image": GATEWAY_IMAGE, **shown.get("gateway", {})}
        if {"build", "engine"} & gateway.keys():
            del gateway["image"]
        parsed = settings.parse({**shown, "gateway": gateway})
        assert shown.keys() <= parsed.in_effect().keys()


def misfits(kind: str, value: dict[str, Any]) -> Iterator[str]:
    """Inputs that a component or a type of the package does not take, and those that it asks for and are missing."""
    fields = SURFACE[kind].get("inputs") or SURFACE[kind]["fields"]
    yield from value.keys() ^ {name for name, type_ in fields.items() if name in value or not type_.endswith("?")}
    for name in value.keys() & fields.keys():
        if (inner := fields[name].rstrip("?")) in SURFACE:
            yield from misfits(inner, value[name])


def test_the_component_that_is_shown_takes_what_it_is_given() -> None:
    (program,) = blocks(ROOT / "docs/components.md")
    for resource in program["resources"].values():
        assert list(misfits(resource["type"].rpartition(":")[2], resource["properties"])) == []


def test_a_release_of_the_package_that_is_shown_is_its_own() -> None:
    assert f"/package@v{VERSION}" in (ROOT / "docs/components.md").read_text()
