"""Backs a resource up, copies the recovery point to another Region and restores from the copy.

    eval "$(copyhold env)"
    python3 copy_to_another_region.py "$(copyhold resource add directory ./docs --output text)" ./restored

Nothing in it is Copyhold's own but the metadata that say where to restore to.
"""

import os
import sys
import time

import boto3

ROLE = "arn:aws:iam::123456789012:role/backup"
AWAY = "us-east-1"


def main(resource: str, target: str) -> None:
    here, away = boto3.client("backup"), boto3.client("backup", region_name=AWAY)
    make_vault(here, "daily")
    offsite = make_vault(away, "offsite")

    job = here.start_backup_job(
        BackupVaultName="daily", ResourceArn=resource, IamRoleArn=ROLE
    )["BackupJobId"]
    backup = ended(lambda: here.describe_backup_job(BackupJobId=job))

    job = here.start_copy_job(
        RecoveryPointArn=backup["RecoveryPointArn"],
        SourceBackupVaultName="daily",
        DestinationBackupVaultArn=offsite,
        IamRoleArn=ROLE,
        Lifecycle={"DeleteAfterDays": 30},
    )["CopyJobId"]
    copy = ended(lambda: here.describe_copy_job(CopyJobId=job)["CopyJob"])

    job = away.start_restore_job(
        RecoveryPointArn=copy["DestinationRecoveryPointArn"],
        Metadata={"copyhold:path": os.path.abspath(target)},
        IamRoleArn=ROLE,
    )["RestoreJobId"]
    ended(lambda: away.describe_restore_job(RestoreJobId=job))
    print(f"restored from {copy['DestinationRecoveryPointArn']} into {target}")


def make_vault(client, name: str) -> str:
    try:
        return client.create_backup_vault(BackupVaultName=name)["BackupVaultArn"]
    except client.exceptions.AlreadyExistsException:
        return client.describe_backup_vault(BackupVaultName=name)["BackupVaultArn"]


def ended(describe) -> dict:
    """Asks until the job has ended; fails with what it failed with."""
    while True:
        job = describe()
        state = job.get("State") or job.get("Status")
        if state == "COMPLETED":
            return job
        if state in ("FAILED", "ABORTED", "EXPIRED", "PARTIAL"):
            sys.exit(f"{state}: {job.get('StatusMessage')}")
        time.sleep(0.2)


if __name__ == "__main__":
    main(*sys.argv[1:])
