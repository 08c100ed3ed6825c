// The resource types of AWS Backup and what each can: whether its recovery points live in the
// vault itself (fully managed), move to cold storage, and can be copied. From the developer
// guide's "Feature availability by resource".

/** AWS's names, letter for letter; two hold spaces. */
export type ResourceType =
  | 'Aurora'
  | 'CloudFormation'
  | 'DocumentDB'
  | 'DynamoDB'
  | 'EBS'
  | 'EC2'
  | 'EFS'
  | 'EKS'
  | 'FSx'
  | 'Neptune'
  | 'RDS'
  | 'Redshift'
  | 'S3'
  | 'SAP HANA on Amazon EC2'
  | 'Storage Gateway'
  | 'Timestream'
  | 'VirtualMachine'

/** What one type can. */
export interface ResourceTypeAbilities {
  /** Its recovery points have ARNs of AWS Backup's own and are sealed by the vault's key. */
  readonly fullyManaged: boolean
  /** `opt-in`: only when the lifecycle says OptInToArchiveForSupportedResources. */
  readonly coldStorage: 'yes' | 'opt-in' | 'no'
  readonly copyable: boolean
}

const managed = { fullyManaged: true, coldStorage: 'yes', copyable: true } as const
const snapshot = { fullyManaged: false, coldStorage: 'no', copyable: true } as const

/** Every type and what it can. */
export const resourceTypes: Readonly<Record<ResourceType, ResourceTypeAbilities>> = {
  Aurora: snapshot,
  CloudFormation: managed,
  DocumentDB: snapshot,
  DynamoDB: managed,
  EBS: { ...snapshot, coldStorage: 'opt-in' },
  EC2: snapshot,
  EFS: managed,
  EKS: { ...managed, coldStorage: 'no' },
  FSx: snapshot,
  Neptune: snapshot,
  RDS: snapshot,
  Redshift: { ...snapshot, copyable: false },
  S3: { ...managed, coldStorage: 'no' },
  'SAP HANA on Amazon EC2': managed,
  'Storage Gateway': snapshot,
  Timestream: managed,
  VirtualMachine: managed,
}

/** The type of that name, if there is one. */
export function parseResourceType(text: string): ResourceType | undefined {
  return Object.hasOwn(resourceTypes, text) ? (text as ResourceType) : undefined
}

/** The types whose resources can be registered and backed up here: those that have a driver. */
export const registrableTypes: readonly ResourceType[] = ['EFS']
