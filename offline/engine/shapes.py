"""Which outputs each AWS resource type computes, and what they look like: the rows are in shapes.yaml."""

from pathlib import Path
from typing import Any, Final

import yaml

AUTO: Final = "{auto}"
"""The name Pulumi gives when the program gives none: logical name, dash, seven hexadecimal digits."""

SHAPES: Final[dict[str, dict[str, Any]]] = yaml.safe_load(Path(__file__).with_name("shapes.yaml").read_text())
"""Type token to property to template."""
