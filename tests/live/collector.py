"""`python -m tests.live.collector`: takes what the collector of a stack takes, and prints the texts in it.

The real one is an image that sends them on to AWS.
"""

import json
import os
import re
from concurrent.futures import ThreadPoolExecutor

import grpc

_TEXT = re.compile(rb"[\x20-\x7e]{4,}")
"""Names and values as protobuf writes them."""


def main() -> None:
    """Listen where the configuration says, for the signals that it sends on: others are refused, as by the real one."""
    config = json.loads(os.environ["AOT_CONFIG_CONTENT"])
    server = grpc.server(ThreadPoolExecutor(4))
    for signal in config["service"]["pipelines"]:
        service = "trace" if signal == "traces" else signal
        name = f"opentelemetry.proto.collector.{service}.v1.{service.title()}Service"
        handlers = {"Export": grpc.unary_unary_rpc_method_handler(_printer(signal))}
        server.add_generic_rpc_handlers([grpc.method_handlers_generic_handler(name, handlers)])
    server.add_insecure_port(config["receivers"]["otlp"]["protocols"]["grpc"]["endpoint"])
    server.start()
    server.wait_for_termination()


def _printer(signal: str) -> "grpc.UnaryUnaryHandler":
    def export(body: bytes, _: object) -> bytes:
        print(signal, *(text.decode() for text in _TEXT.findall(body)), flush=True)
        return b""  # an answer in which nothing was rejected

    return export


if __name__ == "__main__":
    main()
