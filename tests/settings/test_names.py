"""No service of a stack's file can take the name of one of the stack's own parts."""

import re
from pathlib import Path

from settings.rules.services import RESERVED_NAMES
from settings.stack import GATEWAY, WEBUI


def test_every_part_that_main_makes_is_reserved() -> None:
    main = (Path(__file__).parents[2] / "__main__.py").read_text()
    assert {WEBUI, GATEWAY, *re.findall(r'\b[A-Z]\w+\("([a-z-]+)"', main)} == RESERVED_NAMES
