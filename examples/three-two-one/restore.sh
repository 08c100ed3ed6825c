#!/usr/bin/env bash
# Restores the newest copy of a folder from the disk elsewhere, below one of the `restoreRoots`:
# ./restore.sh RESOURCE-ARN TARGET. It needs nothing of the disk here.
set -euo pipefail
source "$(dirname "$0")/environment.sh"

COPY=$($COPYHOLD backup list-recovery-points-by-backup-vault --backup-vault-name offsite \
  --region "$AWAY" --by-resource-arn "$1" --output text \
  --query 'max_by(RecoveryPoints, &CreationDate).RecoveryPointArn')
$COPYHOLD backup start-restore-job --recovery-point-arn "$COPY" --region "$AWAY" \
  --metadata "copyhold:path=$2" --iam-role-arn "$ROLE" --wait --output off
