"""Which versions of Open WebUI this program can run."""

import re

from aws_rules.image_reference import ImageReference

OLDEST = (0, 9, 2)
"""The first version whose package asks for psycopg 3, which the programs of containers/ import."""

_VERSION = re.compile(r"v?(\d+)\.(\d+)\.(\d+)(?:-.*)?")


def is_upstreams(image: ImageReference) -> bool:
    """Whether the repository is called like upstream's, so that its tags are Open WebUI's versions."""
    return image.repository.rpartition("/")[2] == "open-webui"


def reads_as_too_old(image: ImageReference) -> bool:
    """Whether the tag, taken as a version of Open WebUI, is one that lacks what this program needs."""
    version = _VERSION.fullmatch(image.tag or "")
    return version is not None and tuple(map(int, version.groups())) < OLDEST
