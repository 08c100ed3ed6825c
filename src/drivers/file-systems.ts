// Kinds of file systems, by the numbers Linux gives them (statfs(2), linux/magic.h): those that
// hold no files of anybody's, those that lie on no disk, and those whose clocks and caches need a
// longer wait.

/** Made up by the kernel as it is read; nothing there is worth keeping, some of it never ends. */
const PSEUDO: ReadonlySet<number> = new Set([
  0x9fa0, // proc
  0x62656572, // sysfs
  0x1cd1, // devpts
  0x27e0eb, // cgroup
  0x63677270, // cgroup2
  0x64626720, // debugfs
  0x74726163, // tracefs
  0x73636673, // securityfs
  0x6165676c, // pstore
  0xcafe4a11, // bpf
  0x62656570, // configfs
  0x65735543, // fusectl
  0x19800202, // mqueue
  0x42494e4d, // binfmt_misc
  0xde5e81e4, // efivarfs
  0x6e736673, // nsfs
  0xf97cff8c, // selinuxfs
  0x67596969, // rpc_pipefs
  0x6e667364, // nfsd
  0x43415d53, // smackfs
  0x5a3c69f0, // apparmorfs
  0x7655821, // resctrl
  0x6c6f6f70, // binderfs
  0x9fa1, // openpromfs
  0x9fa2, // usbdevfs
  0xabba1974, // xenfs
])

/** In memory only. The kernel's answer to a flush there is to do nothing. */
const MEMORY: ReadonlySet<number> = new Set([
  0x01021994, // tmpfs
  0x858458f6, // ramfs
])

/** Served by another machine or a process, which may tell times late. */
const REMOTE: ReadonlySet<number> = new Set([
  0x6969, // NFS
  0x517b, // SMB
  0xff534d42, // CIFS
  0xfe534d42, // SMB2
  0x65735546, // FUSE, virtiofs
  0x01021997, // 9p
  0x73757245, // Coda
  0x5346414f, // AFS
  0x6b414653, // kAFS
  0x564c, // NCP
  0x00c36400, // Ceph
  0x0bd00bd0, // Lustre
  0x7461636f, // OCFS2
  0x01161970, // GFS2
  0x47504653, // GPFS
  0xbacbacbc, // VMware shared folders
  0x786f4256, // VirtualBox shared folders
])

const SETTLED_MS = 2_000
const SETTLED_REMOTE_MS = 10_000

export const isPseudoFileSystem = (type: number): boolean => PSEUDO.has(type)

/** Whether nothing there outlives the machine's memory, so that there is nothing to flush to. */
export const isMemoryFileSystem = (type: number): boolean => MEMORY.has(type)

/** How long a file must have been left alone before its times can be trusted to show a change. */
export const settledAfterMs = (type: number): number =>
  REMOTE.has(type) ? SETTLED_REMOTE_MS : SETTLED_MS
