"""Which names and values look like secrets, so that they are refused as plain text and never printed."""

import re

_ENDINGS = ("APIKEY", "SECRET", "SECRETS", "TOKEN", "PASSWORD", "PASSWORDS", "PASSWD", "PASSPHRASE")
_LAST_WORDS = frozenset({"PASS", "PWD", "CREDENTIAL", "CREDENTIALS", "CREDS", "DSN"})
_ENCODINGS = frozenset({"B64", "BASE", "BASE64", "HASH", "JSON", "PEM", "VALUE"})
_PLAIN_KEYS = frozenset({"CACHE", "FOREIGN", "PARTITION", "PRIMARY", "PUBLIC", "ROUTING", "SORT"})
_COUNTED = frozenset({"COMPLETION", "CONTEXT", "INPUT", "MAX", "MIN", "NUM", "OUTPUT", "PROMPT", "TOTAL"})
_STORES = frozenset(
    {"AMQP", "CACHE", "CELERY", "DATABASE", "DB", "MONGO", "MONGODB", "MYSQL", "POSTGRES", "POSTGRESQL"}
    | {"RABBITMQ", "REDIS", "VALKEY"}
)
_ALWAYS = ("ACCESS_KEY_ID", "ECS_ENGINE_AUTH_DATA")
_KNOWN_VALUES = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY"
    r"|\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"
    r"|\b(?:sk|pk|rk)-[A-Za-z0-9_-]{16,}"
    r"|\bgh[pousr]_[A-Za-z0-9]{20,}|\bgithub_pat_[A-Za-z0-9_]{20,}|\bglpat-[A-Za-z0-9_-]{20,}"
    r"|\bxox[a-z]-[A-Za-z0-9-]{10,}"
    r"|\beyJ[A-Za-z0-9_-]{8,999}\.[A-Za-z0-9_-]{8,999}\."
    r"|://[^/\s:@]{0,256}:[^/\s@]{1,256}@"
)
_SWITCHES = frozenset({"", "true", "false", "0", "1", "yes", "no", "on", "off"})
_LONG_RUN = re.compile(r"[A-Za-z0-9+/=_-]{32,}")


def is_secret_name(name: str) -> bool:
    """Whether an environment variable or key of this name holds a secret.

    The last word says what a value is: `OPENAI_API_KEY` holds a key, `REDIS_KEY_PREFIX` a prefix and
    `MAX_TOKENS` a count. The three names of Security Hub's ECS.8 are among them; `DATABASE_URL` and its kin hold
    a password inside. camelCase and hyphens count as word borders.
    """
    words = _words(name)
    if "_".join(words).endswith(_ALWAYS):
        return True
    while len(words) > 1 and (words[-1] in _ENCODINGS or words[-1].isdigit()):
        words = words[:-1]
    if not words:
        return False
    before = words[-2] if len(words) > 1 else ""
    match words[-1]:
        case "KEY" | "KEYS":
            return before not in _PLAIN_KEYS
        case "TOKENS":
            return not _COUNTED.intersection(words)
        case "URL" | "URI" | "URLS" | "STRING":
            return before in _STORES | {"CONNECTION"}
        case last:
            return last in _LAST_WORDS or last.endswith(_ENDINGS)


def is_secret_value(value: str) -> bool:
    """Whether a text is surely a secret: a private key, an access key, a token, a URL with a password."""
    return _KNOWN_VALUES.search(value) is not None


def in_plain_text(name: str, value: str) -> str | None:
    """What is wrong with a variable of a container that everybody can read; None when it is no secret.

    A switch is none, whatever it is called: Open WebUI's `ENABLE_API_KEYS` is `true` or `false`.
    """
    if is_secret_name(name) and value.strip().lower() not in _SWITCHES:
        return "is named like a secret"
    return "holds what looks like a secret" if is_secret_value(value) else None


def may_be_secret(value: str) -> bool:
    """Whether a text should not be printed: surely a secret, or a long run of mixed letters and digits."""
    if is_secret_value(value):
        return True
    return any(
        re.search(r"[0-9]", run) and re.search(r"[a-z]", run) and re.search(r"[A-Z]", run)
        for run in _LONG_RUN.findall(value)
    )


def _words(name: str) -> list[str]:
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)
    return [word.upper() for word in re.split(r"[^A-Za-z0-9]+", spaced) if word]
