"""What a companion's own task is told beyond the settings of a service."""

from apps.shared import SharedParts
from components.support.secret_values import SecretReference
from settings import StackSettings
from settings.companions import MCP_SERVERS, MCPO, PIPELINES, PIPELINES_KEY, mcp_servers


def environment(name: str, settings: StackSettings) -> dict[str, str]:
    """Variables of the service `name`; none unless it is mcpo."""
    companion = settings.companions.get(name)
    return {MCP_SERVERS: mcp_servers(companion)} if companion and name == MCPO else {}


def secrets(name: str, settings: StackSettings, shared: SharedParts) -> dict[str, SecretReference]:
    """Secrets of the service `name`; none unless it is the pipelines, which Open WebUI calls with a key."""
    calls_with_key = name == PIPELINES and name in settings.companions
    return {PIPELINES_KEY: shared.secrets.pipelines_api_key} if calls_with_key else {}
