// The names a quickstart uses.

export const ACCOUNT = '111122223333'
export const ROLE_ARN = `arn:aws:iam::${ACCOUNT}:role/service-role/AWSBackupDefaultServiceRole`
export const SOURCE = { region: 'eu-west-1', vault: 'quickstart' } as const
export const DESTINATION = { region: 'us-east-1', vault: 'quickstart-copy' } as const
