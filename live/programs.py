"""What runs the recorded apps on this machine in place of their images."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from live import ROOT
from live.bedrock import caller
from live.bedrock.permissions import CREDENTIALS
from live.installation import Checkout, Installation, vocabulary


@dataclass(frozen=True, kw_only=True)
class Program:
    """Runs the containers of one app. They find their port in PORT, whatever the image reads."""

    folder: Path
    """Where its commands run."""
    bin: Path | None = None
    """Where the recorded commands are looked for before PATH."""
    command: tuple[str, ...] = ()
    """In place of the recorded one."""
    variables: Mapping[str, str] = field(default_factory=dict)
    """Beside the recorded ones."""

    @property
    def path(self) -> str:
        """PATH of its processes."""
        rest = os.environ.get("PATH", os.defpath)
        return f"{self.bin}:{rest}" if self.bin else rest


def webui(there: Installation, data: Path, variables: Mapping[str, str] | None = None) -> Program:
    """Open WebUI from its package."""
    return Program(folder=data / "backend", bin=there.bin, variables=variables or {})


def gateway(checkout: Checkout | Installation | None, data: Path, role: Mapping[str, str]) -> Program:
    """LiteLLM as installed, the Bedrock Access Gateway from a checkout, or a stand-in; `role` leads to Bedrock."""
    if isinstance(checkout, Installation):
        return Program(folder=data / "litellm", bin=checkout.bin, variables=role)
    if checkout is None:
        return Program(folder=ROOT, command=(sys.executable, "-m", "live.gateway"), variables=role)
    there = checkout.installation
    variables = {**role, "TIKTOKEN_CACHE_DIR": str(vocabulary(there))}
    return Program(folder=checkout.source / "src", bin=there.bin, variables=variables)


def role(bedrock: str, *, in_aws: bool) -> dict[str, str]:
    """The stand-in for Bedrock and the credentials of the task role; in AWS the caller's, who is not that role."""
    if in_aws:
        return caller.variables()
    return {
        "AWS_ENDPOINT_URL_BEDROCK": bedrock,
        "AWS_ENDPOINT_URL_BEDROCK_RUNTIME": bedrock,
        # What LiteLLM reads instead.
        "AWS_BEDROCK_RUNTIME_ENDPOINT": bedrock,
        "BEDROCK_MANTLE_API_BASE": f"{bedrock}/v1",
        "AWS_ACCESS_KEY_ID": CREDENTIALS.access_key,
        "AWS_SECRET_ACCESS_KEY": CREDENTIALS.secret_key,
        "AWS_EC2_METADATA_DISABLED": "true",
    }
