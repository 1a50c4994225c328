"""A server of the Model Context Protocol with one tool, as far as mcpo asks: JSON-RPC, a message a line."""

import json
import sys
from typing import Any

TOOL = {
    "name": "harbour_master",
    "description": "Tell the name of the harbour master.",
    "inputSchema": {"type": "object", "properties": {}},
}


def answer(method: str, asked: dict[str, Any]) -> dict[str, Any]:
    """The result of a request."""
    match method:
        case "initialize":
            about = {"name": "harbour", "version": "1"}
            return {"protocolVersion": asked["protocolVersion"], "capabilities": {"tools": {}}, "serverInfo": about}
        case "tools/list":
            return {"tools": [TOOL]}
        case "tools/call":
            return {"content": [{"type": "text", "text": "The harbour master is Wilhelmina."}]}
        case _:
            return {}


for line in sys.stdin:
    message = json.loads(line)
    if "id" in message:
        result = answer(message["method"], message.get("params") or {})
        print(json.dumps({"jsonrpc": "2.0", "id": message["id"], "result": result}), flush=True)
