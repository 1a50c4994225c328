"""How each ECS service of a recording runs: its task, its size, its ports and its scaling.

The one reader of tasks for plan, cost, diagram and `live`. Knows the engine only.
"""

from offline.services.scaling import ServiceScaling
from offline.services.service import EcsService, Mount, role_statements, service_name, services_of

__all__ = ["EcsService", "Mount", "ServiceScaling", "role_statements", "service_name", "services_of"]
