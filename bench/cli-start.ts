import { execa } from 'execa'

import { BIN } from '../test/helpers/program/cli.ts'
import type { Watch } from './watch.ts'

const RUNS = 20

/** The start of the program itself: many runs, in turn with an empty one. */
export async function measureCli(watch: Watch, say: (text: string) => void): Promise<void> {
  say('The start of the program, against node -e 0')
  const node = (...args: readonly string[]) => execa(process.execPath, args).then(() => undefined)
  for (let round = 0; round < RUNS; round += 1) {
    for (const step of ['--version', '--help']) {
      await watch.measure({ step, part: 'cli', side: 'ours', round }, () => node(BIN, step))
      await watch.measure({ step, part: 'cli', side: 'stock', round }, () => node('-e', '0'))
    }
  }
}
