"""The URL paths of Open WebUI 0.12.4, and the three of them that the Bedrock gateway may answer instead.

Taken from the routers and mounts of its backend and the page routes of its built frontend. Its fallback
answers any other GET with the start page, so a path missing here is free for a service of this stack.
"""

from aws_rules import path_patterns

# Open WebUI's own routes of these names serve API users only; its pages call /api/models and
# /api/chat/completions. Any wildcard here would take workspace models or chats from the pages.
GATEWAY_PATHS: tuple[str, ...] = (
    "/api/v1/models",
    "/api/v1/chat/completions",
    "/api/v1/embeddings",
)

_BACKEND = ("api", "cache", "health", "oauth", "ollama", "openai", "ready", "ws")
_ASSETS = ("_app", "assets", "audio", "licenses", "pyodide", "sql.js", "static", "wasm")
_PAGES = (
    "admin",
    "auth",
    "automations",
    "c",
    "calendar",
    "channels",
    "error",
    "folders",
    "home",
    "notes",
    "playground",
    "s",
    "watch",
    "workspace",
)
_FILES = (
    "favicon.png",
    "image-placeholder.png",
    "index.html",
    "manifest.json",
    "marker-icon-2x.png",
    "marker-icon.png",
    "marker-shadow.png",
    "opensearch.xml",
    "robots.txt",
    "user.png",
)

# Absent: /docs, /redoc and /openapi.json, which Open WebUI serves only with ENV=dev (the image has prod).
OPEN_WEBUI_PATHS: tuple[str, ...] = (
    "/",
    *(f"/{file}" for file in _FILES),
    *(pattern for top in (*_BACKEND, *_ASSETS, *_PAGES) for pattern in (f"/{top}", f"/{top}/*")),
)


def is_open_webui(pattern: str) -> bool:
    """Whether a path pattern matches any path that Open WebUI can answer, GATEWAY_PATHS included."""
    return any(path_patterns.overlaps(pattern, path) for path in OPEN_WEBUI_PATHS)
