"""AWS's event stream encoding, in which ConverseStream answers.

Source: "Event stream encoding", Amazon Transcribe developer guide; botocore.eventstream reads it.
"""

import json
import struct
from binascii import crc32
from collections.abc import Mapping
from typing import Final

_STRING: Final = 7
"""The type of a header's value."""

_PRELUDE: Final = 12
_CHECKSUM: Final = 4


def event(name: str, payload: Mapping[str, object]) -> bytes:
    """One message: total and header length, their checksum, headers, payload, checksum of all."""
    headers = b"".join(
        bytes([len(key)]) + key.encode() + struct.pack(">BH", _STRING, len(value)) + value.encode()
        for key, value in ((":event-type", name), (":content-type", "application/json"), (":message-type", "event"))
    )
    body = json.dumps(payload).encode()
    prelude = struct.pack(">II", _PRELUDE + len(headers) + len(body) + _CHECKSUM, len(headers))
    message = prelude + struct.pack(">I", crc32(prelude)) + headers + body
    return message + struct.pack(">I", crc32(message))
