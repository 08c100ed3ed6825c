// Every scene that is interrupted at each of its disk calls, by what it does.

import type { JobScene } from './job-crash.ts'
import { lifecycleScenes } from './lifecycle-scenes.ts'
import { scenes } from './scenes.ts'
import { strayScenes } from './stray-scenes.ts'

export const allScenes: Readonly<Record<string, JobScene>> = {
  ...scenes,
  ...lifecycleScenes,
  ...strayScenes,
}
