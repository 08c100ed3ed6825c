// One Copyhold for each data folder.

/** Holds the folder until released or the process is gone. */
export interface FolderOwner {
  release(): void
}

/** Another Copyhold works on the folder. */
export class FolderInUse extends Error {
  constructor(folder: string, options?: ErrorOptions) {
    super(`another Copyhold is using ${folder}: stop it first, or use another folder`, options)
    this.name = 'FolderInUse'
  }
}

/** Takes the (existing) folder for this process, or throws FolderInUse. */
export function ownFolder(_options: { folder: string }): FolderOwner {
  throw new Error('not yet')
}
