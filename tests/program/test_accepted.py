"""What looks doubtful and works is planned without a violation, and its values arrive."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from offline.plan.sections import policy
from tests.program.test_arrivals import at
from tests.settings.samples import merged
from tests.support.program import ROOT, plan

TABLE: list[dict[str, Any]] = yaml.safe_load(Path(__file__).with_name("accepted.yaml").read_text())
PREFIX = "webui-bedrock:"
DEV = {
    key.removeprefix(PREFIX): value
    for key, value in yaml.safe_load((ROOT / "Pulumi.dev.yaml").read_text())["config"].items()
    if key.startswith(PREFIX)
}


@pytest.mark.parametrize("row", TABLE, ids=[row["promise"] for row in TABLE])
def test_what_works_is_accepted_and_arrives(row: dict[str, Any]) -> None:
    config = merged(DEV, row["config"])
    config.setdefault("gateway", {"enabled": False})
    recording = plan({**config, "aws:region": row.get("region", "us-east-1")})
    assert policy.mandatory(recording) == []
    assert {place: at(recording, place) for place in row["arrives"]} == row["arrives"]
