// Making files on the thread of the restore.

import { FileMaker } from './file-maker.ts'
import { FolderCursor } from './folder-cursor.ts'
import { makingSuite } from './making.suite.ts'
import { utf8 } from './raw-path.ts'
import { Staging } from './staged-files.ts'

makingSuite('making files here', ({ staging, tree, hasDisk }, target) => {
  const cursor = new FolderCursor(tree, utf8(staging))
  const world = { tree, hasDisk, openFilesMax: 1024, writeBack: async () => {} }
  const making = new FileMaker(world, new Staging(tree, cursor), target)
  const dispose = making[Symbol.asyncDispose].bind(making)
  making[Symbol.asyncDispose] = async () => {
    await dispose()
    cursor[Symbol.dispose]()
  }
  return making
})
