#!/usr/bin/env bash
# Backs up every declared folder for a month, then copies what the other disk lacks, newest first and
# kept for a year. What fails stops nothing else; the exit code says that something did.
set -uo pipefail
source "$(dirname "$0")/environment.sh"

FAILED=0
for RESOURCE in $($COPYHOLD resource list | grep -o 'arn:aws:elasticfilesystem:[^"]*'); do
  $COPYHOLD backup start-backup-job --backup-vault-name daily --resource-arn "$RESOURCE" \
    --iam-role-arn "$ROLE" --lifecycle DeleteAfterDays=30 --wait --output off || FAILED=$?
done
$COPYHOLD copy --from daily --to "$OFFSITE" --missing-only --iam-role-arn "$ROLE" \
  --lifecycle DeleteAfterDays=365 || FAILED=$?
exit "$FAILED"
