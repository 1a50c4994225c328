"""What hardens Open WebUI beyond its defaults: variables of every stack, told in docs/security.md."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Hardening:
    """The value of one variable, and what it prevents or records."""

    value: str
    reason: str
    only_with_https: bool = False


HARDENING: Mapping[str, Hardening] = {
    "AUDIT_LOG_LEVEL": Hardening(value="METADATA", reason="Who did what and when is recorded, but not what was said"),
    "DEFAULT_USER_ROLE": Hardening(
        value="pending",
        reason="A new account waits until an administrator lets it in, unless `webui.defaultRole` says otherwise",
    ),
    "ENABLE_API_KEYS": Hardening(
        value="false",
        reason="A key outlasts the sign-in, and whoever has it is its owner; `webui.permissions.apiKeys` allows them",
    ),
    "ENABLE_AUDIT_LOGS_FILE": Hardening(
        value="false", reason="Tasks would rotate one file on the file system under each other"
    ),
    "ENABLE_AUDIT_STDOUT": Hardening(value="true", reason="The record is kept in the log group, out of a task's reach"),
    "ENABLE_COMMUNITY_SHARING": Hardening(value="false", reason="Chats are not published on Open WebUI's own site"),
    "ENABLE_DIRECT_CONNECTIONS": Hardening(
        value="false", reason="Users add no model sources of their own, to which chats would go past the gateway"
    ),
    "ENABLE_PERSISTENT_CONFIG": Hardening(
        value="false",
        reason="What the stack says is what runs, unless `webui.persistentConfig` keeps what the admin panel saves",
    ),
    "ENABLE_PIP_INSTALL_FRONTMATTER_REQUIREMENTS": Hardening(
        value="false",
        reason="A plugin's requirements would be installed from the internet, and run with the task's role",
    ),
    "ENABLE_PROFILE_IMAGE_URL_FORWARDING": Hardening(
        value="false", reason="No browser is sent to a picture elsewhere, whose owner would see who looks at it"
    ),
    "ENABLE_VERSION_UPDATE_CHECK": Hardening(value="false", reason="The task does not tell the internet what it runs"),
    "HSTS": Hardening(value="max-age=31536000", reason="A browser asks by HTTPS for a year", only_with_https=True),
    "JWT_EXPIRES_IN": Hardening(
        value="24h", reason="Whoever has left, or took somebody's token, is signed out within a day"
    ),
    "USER_PERMISSIONS_FEATURES_CODE_INTERPRETER": Hardening(
        value="false",
        reason="Nobody reads the code that a model runs, in the browser of who asked; "
        "`webui.permissions.codeInterpreter` allows it",
    ),
    "XCONTENT_TYPE": Hardening(value="nosniff", reason="An uploaded file is not run as a script"),
    "XFRAME_OPTIONS": Hardening(value="SAMEORIGIN", reason="No other site shows the pages in a frame of its own"),
}
"""By variable; `webui.env` may override those that `settings.reserved_env` does not name."""


def variables(*, https: bool) -> dict[str, str]:
    """The values for a stack with or without HTTPS."""
    return {name: one.value for name, one in HARDENING.items() if https or not one.only_with_https}
