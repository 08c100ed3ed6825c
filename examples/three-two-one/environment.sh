# Who asks which server: for `source`, by the scripts beside it and by you.
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
AWAY=eu-west-1
ROLE=arn:aws:iam::111122223333:role/backup
OFFSITE=arn:aws:backup:$AWAY:111122223333:backup-vault:offsite
COPYHOLD=${COPYHOLD:-copyhold}

export AWS_ENDPOINT_URL_BACKUP=${AWS_ENDPOINT_URL_BACKUP:-http://127.0.0.1:8750}
export AWS_REGION=eu-central-1 AWS_DEFAULT_REGION=eu-central-1
export AWS_ACCESS_KEY_ID=AKIATHREETWOONE00001
AWS_SECRET_ACCESS_KEY=$(cat "$HERE/secrets/operator")
export AWS_SECRET_ACCESS_KEY
