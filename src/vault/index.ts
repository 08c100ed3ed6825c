// The vault: chunks, packs, manifests and what is done with them. The room's only door.

export { FeatureUnknown, isLost, ManifestTaken, VaultDamaged } from './damage.ts'
export { deleteManifests } from './delete-manifests.ts'
export type { FactRecord, FactsRead, Finding } from './fact-record.ts'
export type { GatheredChunks } from './gathered-chunks.ts'
export { type FilesHeld, holdFiles } from './hold-files.ts'
export { bothEnded, eachInFlight } from './in-flight.ts'
export { EntryListCheck } from './list-check.ts'
export type { NewPlaces } from './manifest-files.ts'
export { type OpenVault, openVault } from './open-vault.ts'
export type { PackPlace } from './pack-fetch.ts'
export type { ArrivedPack, PackLedger } from './pack-ledger.ts'
export type { MappedPack, PackMapping } from './pack-map.ts'
export { packRefOf } from './pack-ref.ts'
export { packAside, servePacking } from './packing-aside.ts'
export type { Manifest, PackRef, PointFacts } from './point-manifest.ts'
export type { PointWriter, WriterLimits } from './point-writer.ts'
export { provePacks } from './prove.ts'
export { relocate } from './relocate.ts'
export { type Repack, type RepackOrder, repack } from './repack.ts'
export { type CurrentKey, rotateVaultKey } from './rotate-key.ts'
export type { SourceContent } from './source-content.ts'
export { SparseSurvey, TooManyBlocks } from './sparse-survey.ts'
export { transferPacks } from './transfer.ts'
export {
  deletePack,
  deleteVaultFiles,
  factObject,
  listPacks,
  listPoints,
  listVaults,
  manifestObject,
  packObject,
  pointOfManifest,
  recordObject,
} from './vault-files.ts'
export type { MapsRead, PackMap, VaultMaps } from './vault-maps.ts'
export { createVaultFiles } from './vault-record.ts'
export { examinePack, examinePoint, replacePack } from './verify.ts'
