#!/usr/bin/env bash
# A test of nightly-copies.sh: it has to tell of a copy that fails, copy it the next night, and leave
# nothing behind that its lifecycle ends. Time and failure are the development server's.
set -euo pipefail
cd "$(dirname "$0")"
COPYHOLD=${COPYHOLD:-copyhold} PORT=${PORT:-8750} ACCOUNT=123456789012
export COPYHOLD ACCOUNT
FOLDER=$(mktemp -d)

$COPYHOLD dev --port "$PORT" --data "$FOLDER/server" > "$FOLDER/log" 2>&1 &
SERVER=$!
trap 'kill "$SERVER"; wait "$SERVER" || true; rm -rf "$FOLDER"' EXIT
until curl -fs "http://127.0.0.1:$PORT/readyz" > "$FOLDER/ready"; do
  kill -0 "$SERVER" || { cat "$FOLDER/log"; exit 1; }
  sleep 0.2
done

eval "$($COPYHOLD env --port "$PORT" --account "$ACCOUNT")"
copies() {
  $COPYHOLD backup list-recovery-points-by-backup-vault --region us-east-1 \
    --backup-vault-name offsite --query 'length(RecoveryPoints)'
}

# Something to copy.
mkdir "$FOLDER/data" && echo 'worth keeping' > "$FOLDER/data/note.txt"
RESOURCE=$($COPYHOLD resource add directory "$FOLDER/data" --output text)
$COPYHOLD backup create-backup-vault --backup-vault-name daily --output off
$COPYHOLD backup create-backup-vault --backup-vault-name offsite --region us-east-1 --output off
$COPYHOLD backup start-backup-job --backup-vault-name daily --resource-arn "$RESOURCE" \
  --iam-role-arn "arn:aws:iam::$ACCOUNT:role/backup" --wait --progress none --output off

# One night it fails, as it would at AWS, and says so by its exit code.
$COPYHOLD dev-fault raise destination-policy --match kind=copy --times 1
if ./nightly-copies.sh; then
  echo 'a copy failed, and nightly-copies.sh did not tell' && exit 1
fi
[ "$(copies)" = 0 ]

# The next night it is tried again.
./nightly-copies.sh
[ "$(copies)" = 1 ]

# And 36 days later it has expired.
$COPYHOLD dev-clock advance 36d
for _ in {1..50}; do
  [ "$(copies)" = 0 ] && break
  sleep 0.2
done
[ "$(copies)" = 0 ]
echo 'nightly copies are tried again, and expire'
