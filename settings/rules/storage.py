"""Rules for where Open WebUI keeps uploaded files: the stack's own words for it, and Open WebUI's variables."""

from collections.abc import Iterator

from problems import Path, Problem, Remove, Set
from settings.rules.parts import remove
from settings.stack import WEBUI, StackSettings
from settings.storage import Storage

_STORAGE: Path = (WEBUI, "storage")
_BUCKET: Path = (WEBUI, "bucket")
_PROVIDER = "STORAGE_PROVIDER"

_OF_S3 = frozenset(
    {
        "S3_ACCESS_KEY_ID",
        "S3_BUCKET_NAME",
        "S3_ENABLE_TAGGING",
        "S3_ENDPOINT_URL",
        "S3_REGION_NAME",
        "S3_SECRET_ACCESS_KEY",
        "S3_USE_ACCELERATE_ENDPOINT",
    }
)
"""What Open WebUI 0.12.4 reads for uploads to S3 (config.py) and `webui.storage: s3` decides."""


def bucket_without_s3(settings: StackSettings) -> Iterator[Problem]:
    """A bucket that nothing is written to."""
    if settings.webui.bucket is not None and settings.webui.storage is not Storage.S3:
        rule = "has no effect without webui.storage: s3"
        yield Problem(path=_BUCKET, rule=rule, fix=(Set(_STORAGE, "s3"), Remove(_BUCKET)), also=(_STORAGE,))


def variables_of_the_storage(settings: StackSettings) -> Iterator[Problem]:
    """A bucket that only variables name comes without the right to it; keys would take the place of the role."""
    app = settings.webui
    by_stack = app.storage is Storage.S3
    # With an address, uploads go to a service other than Amazon S3, with keys of its own.
    if not by_stack and "S3_ENDPOINT_URL" in app.env.keys() | app.secrets.keys():
        return
    rule = "is set by this program for webui.storage: s3"
    if not by_stack:
        rule = "comes without a right to a bucket: webui.storage: s3 gives it, with webui.bucket for one of yours"
    for place, named in (("env", app.env.keys()), ("secrets", app.secrets.keys())):
        for name in sorted(named & (_OF_S3 | {_PROVIDER})):
            if by_stack or name in _OF_S3 or app.env.get(name) == "s3":
                yield remove((WEBUI, place, name), rule, _STORAGE)
