"""Stacks whose applications tests place on this machine, without starting them."""

from pathlib import Path

from live.installation import Installation
from live.stage import Stage
from offline.engine.recording import Recording
from tests.support.program import GATEWAY_IMAGE, plan

STACKS = ("dev", "prod", "sqlite", "public")
PORT = 8090


def recording_of(stack: str) -> Recording:
    """The recording of a stack; `sqlite` has no database, `public` uses Service Connect."""
    if stack == "sqlite":
        return plan({"webui": {"scaling": {"max": 1}}, "database": {"enabled": False}})
    if stack == "public":
        domain = {"domain": "chat.example.com", "hostedZoneId": "Z0123456789ABCDEFGHIJ"}
        balancer = {"scheme": "internet-facing", "allowedCidrs": ["203.0.113.0/24"], **domain}
        return plan({"loadBalancer": balancer, "gateway": {"image": GATEWAY_IMAGE}})
    return plan(stack=stack)


def stage_of(stack: str, folder: Path) -> Stage:
    """Its applications, with data in a folder."""
    return Stage(recording_of(stack), Installation(folder=folder / "nothing"), folder, PORT)
