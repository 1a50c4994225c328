"""Join the keys of Open WebUI's model sources, in the order of their addresses.

Open WebUI takes all keys in one variable, OPENAI_API_KEYS, while a task gets each from a secret of its own. A container
of a stack with `providers` runs this text before its program, which then inherits the variable.
"""

import os
import sys

NAMES = "OPENAI_API_KEYS_FROM"
"""The variable that names the variables of the keys, divided by `;`."""


def joined(names: str) -> str:
    """The keys, divided by `;`. Exits when a key holds that mark itself: those behind it would go to other hosts."""
    keys = []
    for name in names.split(";"):
        key = os.environ.get(name, "").strip()
        if not key or ";" in key:
            sys.exit(f"webui-keys: the secret behind {name} must hold one key without ';'. No key is sent anywhere.")
        keys.append(key)
    return ";".join(keys)


if __name__ == "__main__" and NAMES in os.environ:
    os.environ["OPENAI_API_KEYS"] = joined(os.environ[NAMES])
