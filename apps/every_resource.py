"""What holds for every resource of the stack, whichever component makes it."""

from components.support.roles import limit_every_role
from components.support.tagging import tag_every_resource
from settings import StackSettings


def tag_and_limit(settings: StackSettings) -> None:
    """The stack's tags on whatever takes tags, the organization's limits on every role; before the first resource."""
    tag_every_resource(settings.tags, settings.name_prefix)
    limit_every_role(settings.permissions_boundary, settings.role_path)
