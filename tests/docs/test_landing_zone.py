"""docs/landing-zone.md prints the policies that the stack would give to parts of its own."""

import json
import re
from pathlib import Path
from typing import Any

from components.alarm_topic import topic_policy
from components.encryption_key import key_policy
from components.support.location import Location

TEXT = (Path(__file__).parents[2] / "docs" / "landing-zone.md").read_text()
LOCATION = Location(account_id="111122223333", region="eu-central-1", partition="aws")
PRINTED: list[Any] = [json.loads(block) for block in re.findall(r"```json\n(.*?)```", TEXT, re.DOTALL)]


def test_the_printed_statements_are_those_of_the_stacks_own_key_and_topic() -> None:
    key, topic = PRINTED
    assert key == key_policy(LOCATION)["Statement"]
    arn = topic["Resource"][0]
    statements = topic_policy(arn, LOCATION)["Statement"]
    assert isinstance(statements, list)
    assert topic == statements[0]
