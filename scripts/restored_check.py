"""Whether Open WebUI can work with a restored copy of its database: one of its tasks migrates it and looks into it."""

from collections.abc import Iterator
from typing import Any, Final

from containers.programs import command
from health.deployed import Deployed
from scripts.database_copy import Cluster
from scripts.run_once import WEBUI, Finding, run_once

HOST: Final = "DATABASE_HOST"


def check(deployed: Deployed, copy: Cluster, running: Cluster) -> Finding:
    """Run the task, and read how it ended. Raises CommandError, one of AWS_ERRORS."""
    revision, overrides = deployed.task_definitions[WEBUI], _overrides(deployed, copy, running)
    return run_once(deployed, revision, "migrates the copy and looks into it", overrides)


def _overrides(deployed: Deployed, copy: Cluster, running: Cluster) -> Iterator[dict[str, Any]]:
    """Every container that knows the database meets the copy, and Open WebUI's server gives way to the look."""
    for container in deployed.containers(deployed.task_definitions[WEBUI]):
        known = {variable["name"] for variable in container.get("environment", [])}
        if HOST in known:
            override = {"name": container["name"], "environment": [{"name": HOST, "value": copy["Endpoint"]}]}
            look = {"command": command("webui_restored", running["Endpoint"])}
            yield override | (look if container["name"] == WEBUI else {})
