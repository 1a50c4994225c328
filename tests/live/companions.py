"""`python -m tests.live.companions tika|searxng`: the part of a companion's interface that Open WebUI uses.

The real Tika is Java, the real SearXNG asks the internet.
"""

import os
import sys

from live.http_server import Request, Response, json_response, serve

FOUND = {
    "url": "https://harbour.example.com/news",
    "title": "News of the harbour",
    "content": "The new crane of the harbour is called Henrietta.",
    "score": 2.0,
}


def tika(request: Request) -> Response:
    """PUT /tika/text: a document is taken for its text, which follows a head of zeros here."""
    if request.method != "PUT" or request.path != "/tika/text":
        return json_response({}, 404)
    return json_response({"X-TIKA:content": request.body.decode().lstrip("0"), "Content-Type": "text/plain"})


def searxng(request: Request) -> Response:
    """GET /search?format=json: one result, whatever is looked for."""
    if request.path != "/search" or request.query.get("format") != "json":
        return json_response({}, 403)
    return json_response({"query": request.query["q"], "results": [FOUND]})


if __name__ == "__main__":
    serve(int(os.environ["PORT"]), {"tika": tika, "searxng": searxng}[sys.argv[1]])
