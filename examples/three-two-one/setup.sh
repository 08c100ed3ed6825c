#!/usr/bin/env bash
# Makes the two vaults and the folder for restores, once. What is in `offsite` is kept for a week at least, whoever asks.
set -euo pipefail
source "$(dirname "$0")/environment.sh"

mkdir -p "$HERE/restored"
$COPYHOLD backup create-backup-vault --backup-vault-name daily
$COPYHOLD backup create-backup-vault --backup-vault-name offsite --region "$AWAY"
$COPYHOLD backup put-backup-vault-lock-configuration --backup-vault-name offsite --region "$AWAY" \
  --min-retention-days 7
