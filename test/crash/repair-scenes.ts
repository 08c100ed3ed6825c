// What is interrupted in `repair-crash.test.ts`.

import { startCopy, startVerify } from '../../src/jobs/index.ts'
import { formatVaultArn } from '../../src/model/index.ts'
import { AWAY, HOME, type JobWorld, ROLE } from './job-world.ts'
import type { RepairScene } from './repair-crash.ts'
import { oneCopy, pointsIn } from './scenes.ts'

export const repairScenes: Readonly<Record<string, RepairScene>> = {
  'a verification that repairs': {
    prepare: oneCopy,
    async run(world) {
      await startVerify(world.admission, { from: HOME, vaultName: 'daily' })
      await world.runAll()
    },
  },
  'a copy that repairs its source': {
    others: ['third'],
    async prepare(world) {
      await oneCopy(world)
      await world.makeVault(AWAY, 'third')
    },
    run: copyToThird,
  },
}

async function copyToThird(world: JobWorld): Promise<void> {
  const [newest] = await pointsIn(world, HOME, 'daily')
  await startCopy(world.admission, {
    from: HOME,
    token: 'the copy',
    sourceVaultName: 'daily',
    pointArn: newest?.arn ?? '',
    destinationVaultArn: formatVaultArn({ ...AWAY, name: 'third' }),
    roleArn: ROLE,
  })
  await world.runAll()
}
