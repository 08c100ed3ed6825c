// A folder for one test, removed when the test's block ends, however deep and locked its content.

import { spawnSync } from 'node:child_process'
import { mkdtempSync, realpathSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface TemporaryFolder extends Disposable {
  readonly path: string
}

/** Makes one. Use with `using`. */
export function temporaryFolder(): TemporaryFolder {
  const path = mkdtempSync(join(realpathSync(tmpdir()), 'copyhold-test-'))
  return {
    path,
    [Symbol.dispose]() {
      if (spawnSync('rm', ['-rf', path]).status === 0) return
      spawnSync('chmod', ['-R', 'u+rwX', path])
      spawnSync('rm', ['-rf', path])
    },
  }
}
