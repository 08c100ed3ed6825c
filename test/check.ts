// `npm run check`: the one command that says whether the tree is good. Runs every step, also after
// one failed, so that one run shows all that is wrong. House rules (tidy) are among the tests.

import { spawnSync } from 'node:child_process'

const steps: Record<string, readonly string[]> = {
  types: ['tsc', '--noEmit'],
  lint: ['biome', 'check', '--error-on-warnings', '.'],
  'dead code': ['knip'],
  tests: ['npm', 'test'],
}

const failed: string[] = []
for (const [name, [command, ...args]] of Object.entries(steps)) {
  process.stdout.write(`\n== ${name}\n`)
  const { status } = spawnSync(command as string, args, { stdio: 'inherit' })
  if (status !== 0) failed.push(name)
}
process.stdout.write(failed.length ? `\nnot good: ${failed.join(', ')}\n` : '\nall good\n')
process.exitCode = failed.length ? 1 : 0
