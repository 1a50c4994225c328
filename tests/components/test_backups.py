"""What is kept is backed up, copied and locked, and outlives the stack."""

from offline.engine.recording import Resource
from tests.support.component_variants import recorded

VAULTS = "aws:backup/vault:Vault"
LOCKS = "aws:backup/vaultLockConfiguration:VaultLockConfiguration"


def vaults() -> list[Resource]:
    """That of the copies, and the stack's own."""
    return sorted(recorded("backups with everything").of_type(VAULTS), key=lambda vault: vault.name)


def test_the_vault_has_the_stacks_key_and_the_copies_one_that_outlives_it() -> None:
    copies, vault = vaults()
    assert (vault.inputs["kmsKeyArn"].startswith("arn:aws:kms:"), "region" in vault.inputs) == (True, False)
    assert ("kmsKeyArn" in copies.inputs, copies.inputs["region"]) == (False, "us-east-1")


def test_vaults_and_locks_stay_when_the_stack_goes() -> None:
    recording = recorded("backups with everything")
    kept = [*recording.of_type(VAULTS), *recording.of_type(LOCKS)]
    assert len(kept) == 4
    assert all(resource.retain_on_delete for resource in kept)


def test_each_backup_is_copied_and_each_is_kept_as_long_as_it_is_said() -> None:
    recording = recorded("backups with everything")
    (rule,) = recording.one("aws:backup/plan:Plan").inputs["rules"]
    copies, vault = vaults()
    assert (rule["targetVaultName"], rule["lifecycle"]) == (vault.outputs["name"], {"deleteAfter": 35})
    (copy,) = rule["copyActions"]
    assert copy["lifecycle"] == {"deleteAfter": 90}
    assert copy["destinationVaultArn"] == copies.outputs["arn"]


def test_without_a_lock_and_a_region_there_is_one_vault() -> None:
    recording = recorded("backups")
    assert (len(recording.of_type(VAULTS)), recording.of_type(LOCKS)) == (1, [])
    assert recording.one("aws:backup/plan:Plan").inputs["rules"][0].get("copyActions", []) == []


def test_a_role_has_its_rights_before_anything_is_selected() -> None:
    recording = recorded("backups")
    selection = recording.one("aws:backup/selection:Selection")
    rights = recording.of_type("aws:iam/rolePolicyAttachment:RolePolicyAttachment")
    assert {right.urn for right in rights} <= selection.dependencies
