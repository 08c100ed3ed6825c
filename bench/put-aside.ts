// What a round wrote is kept until its set is over: on some file systems (ext4 without a journal)
// whoever makes files right after a tree was removed pays for it, whoever that is.

import fs from 'node:fs'

/** Where less of a file system than this share is free, things are removed all the same. */
const FREE_SHARE_MIN = 0.25

/** Takes a folder out of the way; absent is fine. What is kept goes with the folder it lies in. */
export function putAside(folder: string): void {
  if (!fs.existsSync(folder)) return
  const { bavail, blocks } = fs.statfsSync(folder)
  if (bavail < blocks * FREE_SHARE_MIN) {
    fs.rmSync(folder, { recursive: true, force: true })
    return
  }
  let number = 1
  while (fs.existsSync(`${folder}-${number}`)) number += 1
  fs.renameSync(folder, `${folder}-${number}`)
}
