"""KMS: a key that waits for its deletion encrypts nothing."""

from tests.engine.stand_in.account import backend
from tests.engine.stand_in.rules import Params, refuse, rule

USABLE = "Enabled"


def _state(key_id: str | None) -> str:
    """The state of a key by its id, ARN or alias; AWS's own keys and unknown ones count as usable."""
    state = backend("kms")
    key = state.keys.get(state.get_key_id(state.any_id_to_key_id(key_id))) if key_id else None
    return key.key_state if key else USABLE


@rule(
    "logs",
    "CreateLogGroup",
    "AssociateKmsKey",
    source="api AssociateKmsKey: InvalidParameterException for a key that is disabled",
)
def key_of_log_group_is_enabled(params: Params) -> None:
    if _state(params.get("kmsKeyId")) != USABLE:
        refuse("InvalidParameterException", "The specified KMS key does not exist or is not allowed to be used")


@rule(
    "secretsmanager",
    "CreateSecret",
    "UpdateSecret",
    source="api EncryptionFailure: the key must be available and enabled",
)
def key_of_secret_is_enabled(params: Params) -> None:
    if _state(params.get("KmsKeyId")) != USABLE:
        refuse(
            "EncryptionFailure", "Secrets Manager can't encrypt the protected secret text using the provided KMS key."
        )


@rule(
    "rds",
    "CreateDBCluster",
    "CreateDBInstance",
    "RestoreDBClusterFromSnapshot",
    source="api KMSKeyNotAccessibleFault",
)
def key_of_database_is_enabled(params: Params) -> None:
    if _state(params.get("KmsKeyId")) != USABLE:
        told = "does not exist, is not enabled or you do not have permissions to access it"
        refuse("KMSKeyNotAccessibleFault", f"The specified KMS key [{params['KmsKeyId']}] {told}")


@rule(
    "kms",
    "EnableKeyRotation",
    "PutKeyPolicy",
    "CreateAlias",
    "TagResource",
    "UpdateKeyDescription",
    "Encrypt",
    "GenerateDataKey",
    source="guide Key states of AWS KMS keys: KMSInvalidStateException while PendingDeletion",
)
def key_does_not_wait_for_deletion(params: Params) -> None:
    key = params.get("KeyId") or params.get("TargetKeyId")
    if _state(key) == "PendingDeletion":
        refuse("KMSInvalidStateException", f"{key} is pending deletion.")
