"""Comments and issues through `gh api`, which GitHub's runners carry; GH_TOKEN signs in."""

import json
import subprocess
from collections.abc import Mapping
from typing import Any

from problems.command import CommandError

BOT = "github-actions[bot]"
"""Who a workflow's own token is: nobody else's comment or issue is ever edited."""


class GitHubError(CommandError):
    """GitHub refused, or gh is not there; the message says which."""


def edit_comment(repository: str, pull_request: str, marker: str, text: str) -> None:
    """Replace the comment that holds `marker` on a pull request by `text`, or write a first one."""
    comments = f"repos/{repository}/issues/{pull_request}/comments"
    comment = _own(comments, marker)
    if comment:
        _send("PATCH", f"repos/{repository}/issues/comments/{comment['id']}", {"body": text})
    else:
        _send("POST", comments, {"body": text})


def edit_issue(repository: str, label: str, marker: str, title: str, text: str) -> None:
    """Replace the text of the open issue that holds `marker`, or open one; `label` is on every one of them."""
    fields = {"title": title, "body": text}
    if not _change_issue(repository, label, marker, fields):
        _send("POST", f"repos/{repository}/issues", {**fields, "labels": [label]})


def close_issue(repository: str, label: str, marker: str) -> None:
    """Close the open issue that holds `marker`, if there is one."""
    _change_issue(repository, label, marker, {"state": "closed"})


def _change_issue(repository: str, label: str, marker: str, fields: Mapping[str, Any]) -> bool:
    issue = _own(f"repos/{repository}/issues?state=open&labels={label}", marker)
    if issue:
        _send("PATCH", f"repos/{repository}/issues/{issue['number']}", fields)
    return issue is not None


def _own(path: str, marker: str) -> Mapping[str, Any] | None:
    items = (item for page in json.loads(_gh("--paginate", "--slurp", path)) for item in page)
    return next((item for item in items if item["user"]["login"] == BOT and marker in (item["body"] or "")), None)


def _send(method: str, path: str, body: Mapping[str, Any]) -> None:
    _gh("--method", method, "--input", "-", path, text=json.dumps(body))


def _gh(*words: str, text: str | None = None) -> str:
    try:
        result = subprocess.run(["gh", "api", *words], input=text, capture_output=True, text=True, check=True)
    except FileNotFoundError as error:
        raise GitHubError("gh, GitHub's own CLI, is not installed") from error
    except subprocess.CalledProcessError as error:
        raise GitHubError(f"gh api {' '.join(words)}: {error.stderr.strip()}") from error
    return result.stdout
