"""The programs that can be the gateway: one file describes each, for settings and apps alike."""

from collections.abc import Mapping

from gateway_engines import access_gateway, litellm
from gateway_engines.engine import PROCESSES, Engine, EngineName, Guardrail, Model, Run

ENGINES: Mapping[EngineName, Engine] = {
    EngineName.ACCESS_GATEWAY: access_gateway.ENGINE,
    EngineName.LITELLM: litellm.ENGINE,
}

__all__ = ["ENGINES", "PROCESSES", "Engine", "EngineName", "Guardrail", "Model", "Run"]
