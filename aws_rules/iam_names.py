"""What IAM takes for names, paths and parts of statements that people write: each `*_problem` says what is allowed."""

import re
from collections.abc import Iterable

EXAMPLE_BOUNDARY = "arn:aws:iam::123456789012:policy/boundary"
EXAMPLE_POLICY = "arn:aws:iam::aws:policy/AmazonPollyReadOnlyAccess"
BROAD = "Broad"
"""How the Sid of a statement begins that is meant to allow all actions, all of a service, or every resource."""
BACKUP = "backup.amazonaws.com"
"""Its developer guide documents no condition for the roles that it takes ("IAM service roles"). One that it does not
meet would keep it from all backups; IAM passes roles within an account only."""

_POLICY = re.compile(r"arn:aws[a-z-]*:iam::(?:\d{12}|aws):policy/(?:[\x21-\x7e]{1,510}/)?[\w+=,.@-]{1,128}", re.ASCII)
_PATH = re.compile(r"/(?:[\x21-\x7e]{1,510}/)?")
_ACTION = re.compile(r"[a-z0-9-]+:[A-Za-z0-9*?]+|\*")
_RESOURCE = re.compile(r"arn:[^:\s]+:[a-z0-9-]+:[^:\s]*:[^:\s]*:\S+|\*")
_SID = re.compile(r"[A-Za-z0-9]{1,128}")
_FOR_PEOPLE = ("/AdministratorAccess", "/PowerUserAccess", "FullAccess")


def policy_problem(arn: str) -> str | None:
    """A managed policy of the account or of AWS, by its ARN (IAM CreatePolicy, AttachRolePolicy)."""
    return (
        None if _POLICY.fullmatch(arn) else "must be the ARN of a managed policy (arn:aws:iam::<account>:policy/<name>)"
    )


def attached_policy_problem(arn: str) -> str | None:
    """A managed policy that a task's role may have: none of AWS's that are meant for people who administer."""
    if arn.endswith(_FOR_PEOPLE):
        return "must not be a policy for administrators: name the actions that are needed in a policy of your own"
    return policy_problem(arn)


def path_problem(path: str) -> str | None:
    """A path of IAM's names: one slash or more around printable characters, 512 at most (IAM CreateRole)."""
    return None if _PATH.fullmatch(path) else "must begin and end with a slash, such as /team/ (IAM CreateRole)"


def action_problem(action: str) -> str | None:
    """An action as a statement names it."""
    return None if _ACTION.fullmatch(action) else "must be an action such as polly:SynthesizeSpeech"


def resource_problem(arn: str) -> str | None:
    """A resource as a statement names it; `{account}` and `{region}` may stand in it."""
    return None if _RESOURCE.fullmatch(arn) else 'must be an ARN, whose parts may hold *, or "*"'


def sid_problem(sid: str) -> str | None:
    """A statement's ID: letters and digits (IAM policy elements, Sid)."""
    return None if _SID.fullmatch(sid) else "must be 1 to 128 letters and digits"


def is_broad(actions: Iterable[str], resources: Iterable[str]) -> bool:
    """Whether a statement names all actions, all of a service, or every resource."""
    return "*" in resources or any(action == "*" or action.endswith(":*") for action in actions)


def is_meant_to_be_broad(sid: str | None) -> bool:
    """Whether the statement's ID says so."""
    return (sid or "").startswith(BROAD)


def in_names(policy_arn: str) -> str:
    """A managed policy as a part of resource names; those of AWS are told from the account's own."""
    return policy_arn.split("::", 1)[1].replace(":policy/", "-").replace("/", "-")
