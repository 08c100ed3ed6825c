#!/usr/bin/env bash
# The script under test: copies what the vault offsite lacks, against AWS and against Copyhold alike.
set -euo pipefail

${COPYHOLD:-copyhold} copy --from daily --missing-only --progress none \
  --to "arn:aws:backup:us-east-1:$ACCOUNT:backup-vault:offsite" \
  --iam-role-arn "arn:aws:iam::$ACCOUNT:role/backup" --lifecycle DeleteAfterDays=35
