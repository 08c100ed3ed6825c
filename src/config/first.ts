// A first configuration, for `copyhold init`: one account, one Region, a user with a generated key
// and the role that jobs work as. Written to be read and changed.

/** What is drawn or chosen for a first configuration. */
export interface FirstChoice {
  /** 12 digits. */
  readonly account: string
  readonly region: string
  readonly accessKeyId: string
}

/** The file of the user's secret, below the configuration's folder. */
export const FIRST_SECRET = 'secrets/operator'

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
const KEY_ID_LETTERS = 16

/** Bytes of randomness that a key needs: first of its id, then of its secret. */
export const FIRST_KEY_BYTES = { id: KEY_ID_LETTERS, secret: 30 }

/** An access key id and its secret, 40 letters as AWS's, made of random bytes. */
export function firstKey(random: { readonly id: Uint8Array; readonly secret: Uint8Array }) {
  const letters = [...random.id].map((byte) => LETTERS[byte % LETTERS.length])
  return {
    accessKeyId: `AKIA${letters.join('')}`,
    secret: Buffer.from(random.secret).toString('base64'),
  }
}

/** The text of the configuration. */
export function firstConfiguration(choice: FirstChoice): string {
  return `# Configuration of Copyhold. Check it with: copyhold serve --config FILE --check
# For editors: copyhold serve --schema > copyhold.schema.json
# Relative paths count from the folder of this file.

# The catalog and what else the server keeps by itself.
data: data

listen:
  host: 127.0.0.1
  port: 8750
  # Beyond loopback there must be TLS, here or in a proxy in front:
  # host: 0.0.0.0
  # hostNames: [backup.example.org]
  # tls: { certificate: tls/chain.pem, key: tls/key.pem }

# Each Region has a store of its own. A copy is worth most in another Region, on another disk.
regions:
  - name: ${choice.region}
    store: stores/${choice.region}
  # - name: eu-west-1
  #   store: /mnt/other-disk/eu-west-1
  #   coldStore: /mnt/slow-disk/eu-west-1   # for what lifecycles move to cold storage

# Keep a copy of this folder somewhere else: nothing can be restored without the keys in it.
keys:
  keyring: keys

${accountText(choice)}
# Only below these folders may restores write.
restoreRoots: []
`
}

function accountText({ account, region, accessKeyId }: FirstChoice): string {
  return `accounts:
  - id: "${account}"
    users:
      - name: operator
        policies:
          - Version: "2012-10-17"
            Statement:
              - { Effect: Allow, Action: ["backup:*", "copyhold:*", "kms:*"], Resource: "*" }
              - Effect: Allow
                Action: iam:PassRole
                Resource: "arn:aws:iam::${account}:role/*"
        accessKeys:
          - id: ${accessKeyId}
            secretFrom: { file: ${FIRST_SECRET} }
    roles:
      # What jobs work as: give its ARN as IamRoleArn,
      # arn:aws:iam::${account}:role/service-role/AWSBackupDefaultServiceRole
      - name: AWSBackupDefaultServiceRole
        path: /service-role/
        trust:
          Version: "2012-10-17"
          Statement:
            - Effect: Allow
              Principal: { Service: backup.amazonaws.com }
              Action: sts:AssumeRole
        policies:
          - Version: "2012-10-17"
            Statement: { Effect: Allow, Action: ["backup:*", "kms:*"], Resource: "*" }
    # Only what is declared here can be backed up.
    resources: []
    #  - directory: /srv/www
    #    region: ${region}
    #    name: www
`
}
