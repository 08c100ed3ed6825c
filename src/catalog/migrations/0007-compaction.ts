// Migration 7: how much of each of its packs a point uses, which points' manifests are being sealed
// again, and what was found of packs that looked sparse.

export const statements: readonly string[] = [
  // One byte for each of the numbers, in their order; null is not known (yet).
  'alter table point_packs add column parts blob',
  // The generation of the manifest that may be being sealed; parts are null meanwhile.
  'alter table point_packs add column resealing integer',
  'create index point_packs_unsettled on point_packs (vault_no, point_id) where parts is null',
  // What its points used in sum when the pack was looked into and found not to be sparse.
  'alter table pack add column dense_at integer',
]
