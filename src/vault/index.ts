// The vault: chunks, packs, manifests and what is done with them. The room's only door.

export { FeatureUnknown, ManifestTaken, VaultDamaged } from './damage.ts'
export { type OpenVault, openVault } from './open-vault.ts'
export type { ArrivedPack, ClaimedPack, PackLedger } from './pack-ledger.ts'
export { packRefOf } from './pack-ref.ts'
export type { BlockRef, Manifest, ManifestDraft, PackRef, PointFacts } from './point-manifest.ts'
export type { PointReader, ReaderOptions } from './point-reader.ts'
export type {
  PointWriter,
  WriterLimits,
  WriterOptions,
  WriterProgress,
  WrittenPoint,
} from './point-writer.ts'
export { type Proof, provePacks } from './prove.ts'
export type { ClosedContent, SourceContent } from './source-content.ts'
export type { Transfer, TransferProgress, TransferResult } from './transfer.ts'
export { transferPacks } from './transfer.ts'
export {
  deletePack,
  deleteVaultFiles,
  listPacks,
  listPoints,
  manifestObject,
  packObject,
} from './vault-files.ts'
export { createVaultFiles } from './vault-record.ts'
