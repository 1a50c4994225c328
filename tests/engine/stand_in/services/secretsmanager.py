"""Secrets Manager: a name is taken until its secret's recovery window has passed."""

from tests.engine.stand_in.account import backend
from tests.engine.stand_in.rules import Params, refuse, rule


@rule("secretsmanager", "CreateSecret", source="api CreateSecret: InvalidRequestException, scheduled for deletion")
def name_does_not_wait_for_deletion(params: Params) -> None:
    old = backend("secretsmanager").secrets.get(params["Name"])
    if old is not None and old.is_deleted():
        told = "You can't create this secret because a secret with this name is already scheduled for deletion."
        refuse("InvalidRequestException", told)
