"""Which names and values are secrets. The pack stands alone, so it does not ask the program, which has its own list."""

import re
from typing import Final

_NAME: Final = re.compile(
    r"(?:^|_)(?:API_?KEYS?|ACCESS_KEY(?:_ID)?|(?:SECRET|PRIVATE|SIGNING|ENCRYPTION|MASTER|SESSION)_KEY|SECRETS?|TOKEN"
    r"|PASSWORDS?|PASSWD|PASSPHRASE|PASS|PWD|CREDENTIALS?|DSN|AUTH_DATA"
    r"|(?:DATABASE|DB|POSTGRES|POSTGRESQL|PGVECTOR_DB|REDIS|VALKEY|MONGO|MONGODB|AMQP|CONNECTION)_(?:URL|URI|STRING))$"
)
_VALUE: Final = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY"
    r"|\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"
    r"|\bsk-[A-Za-z0-9_-]{16,}"
    r"|\bgh[pousr]_[A-Za-z0-9]{20,}|\bgithub_pat_\w{20,}|\bglpat-[\w-]{20,}|\bxox[a-z]-[A-Za-z0-9-]{10,}"
    r"|\beyJ[\w-]{8,}\.[\w-]{8,}\."
    r"|://[^/\s:@]*:[^/\s@]+@"
)


def is_secret_name(name: str) -> bool:
    """Whether a variable of this name holds a secret: `OPENAI_API_KEY`, `DATABASE_URL`, but not `MAX_TOKENS`."""
    return _NAME.search(re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).replace("-", "_").upper()) is not None


def is_secret_value(value: str) -> bool:
    """Whether a text is surely a secret: a private key, a known kind of token, a URL with a password."""
    return _VALUE.search(value) is not None
