import { execa } from 'execa'

import { BIN } from '../test/helpers/cli.ts'
import { timed } from './contender.ts'
import type { Samples } from './report.ts'

const RUNS = 20

/** What is measured without any server, against an empty program. */
export const CLI_TITLES: Readonly<Record<string, string>> = {
  '--version': '--version, against node -e 0',
  '--help': '--help, against node -e 0',
}

/** The start of the program itself: many runs, in turn with an empty one. */
export async function measureCli(samples: Samples, say: (text: string) => void): Promise<void> {
  say('The start of the program, against node -e 0')
  for (let run = 0; run < RUNS; run += 1) {
    for (const scenario of Object.keys(CLI_TITLES)) {
      const ours = await timed(() => execa(process.execPath, [BIN, scenario]))
      samples.add({ scenario, part: 'cli', side: 'ours' }, ours)
      const empty = await timed(() => execa(process.execPath, ['-e', '0']))
      samples.add({ scenario, part: 'cli', side: 'stock' }, empty)
    }
  }
}
