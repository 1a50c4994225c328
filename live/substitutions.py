"""What this machine changes in the recorded containers: one table, with the reason for each line."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from live import LOOPBACK


@dataclass(frozen=True, kw_only=True)
class Addresses:
    """Where the parts are: in the recording, or here."""

    public_url: str
    """What a browser opens."""
    balancer_url: str
    """Where tasks reach port 80 of the load balancer."""
    service_connect: Mapping[str, str]
    """`name:port` -> address of an app's task, for each Service Connect name that may be called."""


@dataclass(frozen=True, kw_only=True)
class Ports:
    """Of what listens here."""

    app: int
    database: int
    cache: int


@dataclass(frozen=True, kw_only=True)
class Substitution:
    """Puts `value` for what `found` matches in the variables; without `found` it sets them, recorded or not."""

    variables: str
    """A regular expression for whole names."""
    found: str | None
    value: str
    why: str


def table(
    app: str, recorded: Addresses, here: Addresses, ports: Ports, folders: Mapping[str, Path]
) -> tuple[Substitution, ...]:
    """All substitutions for the containers of `app`. `folders` are this task's, by mount point."""
    return (
        *_addresses(recorded, here),
        *(
            Substitution(
                variables=".*",
                found=f"^{re.escape(mount)}(?=/|$)",
                value=str(folder),
                why="mounts need root: a folder stands for EFS, another for the task's scratch volume",
            )
            for mount, folder in folders.items()
        ),
        *_data(ports),
        Substitution(variables="PORT", found=None, value=str(ports.app), why="all tasks share one address here"),
        *(_webui() if app == "webui" else ()),
        Substitution(variables="HOST", found=None, value=LOOPBACK, why="the images listen on every address"),
    )


def _addresses(recorded: Addresses, here: Addresses) -> Iterable[Substitution]:
    why = "the load balancer, the VPC and their names exist in AWS only"
    # The longer one first: the public URL may be the start of the other.
    yield Substitution(
        variables="OPENAI_API_BASE_URLS?|RAG_OPENAI_API_BASE_URL",
        found=_whole_host(recorded.balancer_url),
        value=here.balancer_url,
        why=why,
    )
    yield Substitution(variables=".*", found=_whole_host(recorded.public_url), value=here.public_url, why=why)
    yield Substitution(variables=".*", found=_whole_host(recorded.balancer_url), value=here.balancer_url, why=why)
    for name, address in recorded.service_connect.items():
        found = f"(?<=//){re.escape(name)}(?![\\w.:-])"
        yield Substitution(variables=".*", found=found, value=address, why="there is no Envoy here")
    yield Substitution(
        variables="FORWARDED_ALLOW_IPS",
        found=".+",
        value=rf"\g<0>,{LOOPBACK}",
        why="the load balancer's address is this machine's",
    )


def _data(ports: Ports) -> Iterable[Substitution]:
    yield Substitution(variables="DATABASE_HOST", found=".+", value=LOOPBACK, why="Aurora exists in AWS only")
    yield Substitution(
        variables="DATABASE_PORT", found=".+", value=str(ports.database), why="a free one: several stacks can run"
    )
    yield Substitution(
        variables="PGSSLMODE", found=".+", value="disable", why="the server has no certificate, and does not leave here"
    )
    yield Substitution(
        variables="(LIMITS_)?REDIS_URL",
        found=r"^rediss://([^@]*)@[^/]+",
        value=rf"redis://\1@{LOOPBACK}:{ports.cache}",
        why="the same AUTH token without TLS: Valkey has no certificate, and does not leave here",
    )


def _webui() -> Iterable[Substitution]:
    yield Substitution(
        variables="STORAGE_PROVIDER", found="^s3$", value="local", why="S3 exists in AWS only: EFS's folder has uploads"
    )
    yield Substitution(
        variables="WEBUI_(AUTH|SESSION)_COOKIE_SECURE",
        found=".+",
        value="false",
        why="no certificate here: Safari keeps no secure cookie of http://localhost",
    )
    yield Substitution(
        variables="WEBUI_AUTH_TRUSTED_EMAIL_HEADER",
        found=".+",
        value="",
        why="Cognito and the load balancer's signature exist in AWS only: people sign in with a password",
    )
    yield Substitution(
        variables="WEBUI_AUTH_SIGNOUT_REDIRECT_URL", found=".+", value="", why="the provider does not know this address"
    )
    image = {
        "FROM_INIT_PY": ("true", "the package has its pages elsewhere than the image"),
        "USE_SLIM_DOCKER": ("true", "upstream's slim set of packages is installed: without torch"),
        "DO_NOT_TRACK": ("true", "as the image says"),
        "ANONYMIZED_TELEMETRY": ("false", "as the image says"),
        "SCARF_NO_ANALYTICS": ("true", "as the image says"),
    }
    for name, (value, why) in image.items():
        yield Substitution(variables=name, found=None, value=value, why=why)


def _whole_host(url: str) -> str:
    """The URL where it is not just the start of a longer host name."""
    parts = urlsplit(url)
    return f"{re.escape(f'{parts.scheme}://{parts.netloc}')}(?![\\w.:-])"


def environment(variables: Mapping[str, str], rows: Iterable[Substitution]) -> dict[str, str]:
    """The recorded variables as this machine needs them."""
    out = dict(variables)
    for row in rows:
        if row.found is None:
            out[row.variables] = row.value
            continue
        for name, value in out.items():
            if re.fullmatch(row.variables, name):
                out[name] = re.sub(row.found, row.value, value)
    return out


def command(
    words: Iterable[str], recorded_port: int | None, ports: Ports, folders: Mapping[str, Path]
) -> tuple[str, ...]:
    """A recorded command or health check with this machine's address, port and folders in it."""
    return tuple(_word(word, recorded_port, ports, folders) for word in words)


def _word(word: str, recorded_port: int | None, ports: Ports, folders: Mapping[str, Path]) -> str:
    if word in folders:
        return str(folders[word])
    # A word may be a whole line of a shell, or a program.
    word = re.sub(r"(?<![\d.])0\.0\.0\.0(?![\d.])", LOOPBACK, word)
    if recorded_port is None:
        return word
    return re.sub(rf"(?<![\d.]){recorded_port}(?![\d.])", str(ports.app), word)
