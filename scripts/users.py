"""The accounts of a deployed Open WebUI: list them, make one, give one a new password, make one an administrator.

It signs in as the first administrator, by the stack's address or, where this machine does not reach it, through a task.
Exit status: 0 when it is done, 1 when Open WebUI refuses or something is missing.
"""

import argparse
import getpass
import secrets
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from health.deployed import Deployed
from problems.command import command, lacking, leave
from scripts import stack_file, terminal
from scripts.deployed import read_deployed
from scripts.first_account import FirstAccount, find_first_account, read_password
from scripts.tunnel import tunnel
from scripts.webui_api import RefusedError, User, WebuiApi

WRONG_PASSWORD, NO_PASSWORDS = 400, 403


@command()
def main(arguments: Sequence[str], root: Path = stack_file.ROOT) -> int:
    """Do what is asked for, or list the accounts."""
    options = parse(arguments)
    if options.add or options.reset:
        terminal.require_terminal("the new password")
    deployed = read_deployed("users", options.stack, root)
    account = find_first_account(deployed)
    with _reached(deployed, account) as api:
        _sign_in(api, deployed, account, options.sign_in_as)
        if options.add:
            password = _new_password()
            api.add(options.add, options.name or options.add.partition("@")[0], password)
            _show(options.add, password)
        elif options.reset:
            password = _new_password()
            api.update(_find(api, options.reset, options.stack), password=password)
            _show(options.reset, password)
        elif options.admin:
            api.update(_find(api, options.admin, options.stack), role="admin")
            print(f"{options.admin} is an administrator now.")
        else:
            _list(api.users())
    return 0


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m scripts.users", description=__doc__)
    parser.add_argument("--stack", required=True)
    asked = parser.add_mutually_exclusive_group()
    asked.add_argument("--add", metavar="EMAIL", help="make an account, with a password that is shown once")
    asked.add_argument("--reset", metavar="EMAIL", help="a new password, which is shown once, and no session any more")
    asked.add_argument("--admin", metavar="EMAIL", help="make the account an administrator's")
    parser.add_argument("--name", help="add: what others see of the person (what stands before the @)")
    parser.add_argument("--sign-in-as", metavar="EMAIL", help="an administrator whose password is asked for")
    return parser.parse_args(arguments)


@contextmanager
def _reached(deployed: Deployed, account: FirstAccount) -> Iterator[WebuiApi]:
    api = WebuiApi(account.url)
    if api.is_reached():
        yield api
        return
    print(f"{account.url} is out of reach from here: going through a task", file=sys.stderr)
    with tunnel(deployed) as url:
        yield WebuiApi(url)


def _sign_in(api: WebuiApi, deployed: Deployed, account: FirstAccount, other: str | None) -> None:
    email = other or account.email
    password = getpass.getpass(f"Password of {other}: ") if other else read_password(deployed, account)
    try:
        api.sign_in(email, password)
    except RefusedError as error:
        if error.code == WRONG_PASSWORD and not other:
            error.add_note(
                f"The password of {email} in Secrets Manager is that of its first start, and was changed since.\n"
                f"Sign in as somebody who is an administrator: make users STACK={deployed.stack} BY=<e-mail>"
            )
        if error.code == NO_PASSWORDS:
            error.add_note("This Open WebUI takes no passwords: accounts and administrators come from its provider.")
        raise


def _find(api: WebuiApi, email: str, stack: str) -> User:
    for user in api.users():
        if user.email.lower() == email.lower():
            return user
    raise lacking(f"an account of {email}", f"Make it: make users STACK={stack} ADD={email}")


def _new_password() -> str:
    # One of each kind, which PASSWORD_VALIDATION_REGEX_PATTERN asks for by default where it is on.
    return f"{secrets.token_urlsafe(18)}-aA1"


def _show(email: str, password: str) -> None:
    print(f"{email} can sign in with the password on the terminal.", flush=True)
    terminal.show(f"Password of {email}: {password}    (it is kept nowhere)")


def _list(users: Iterable[User]) -> None:
    rows = [("e-mail", "role", "last seen", "name")]
    for user in users:
        seen = datetime.fromtimestamp(user.last_active, UTC).date().isoformat()
        rows.append((user.email, user.role, seen, user.name))
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    for row in rows:
        print("  ".join([*(f"{text:<{width}}" for text, width in zip(row, widths, strict=False)), row[-1]]))


if __name__ == "__main__":
    leave(main(sys.argv[1:]))
