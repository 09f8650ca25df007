import { Chalk } from 'chalk'
import { expect, it } from 'vitest'

import { renderDown } from '../../../../src/cli/commands/down.ts'
import type { DownReport } from '../../../../src/operations/down.ts'

const chalk = new Chalk({ level: 0 })
const text = (lines: readonly string[]) => lines.map((line) => line.trimEnd()).join('\n')

it.each<Partial<DownReport>>([
  { stopped: true },
  { stopped: true, purged: true },
  { purged: true },
  { purged: true, snapshots: ['one', 'two'] },
  {},
])('down prints what was done: %j', (done) => {
  const report: DownReport = {
    schemaVersion: 1,
    instance: 'default',
    stopped: false,
    purged: false,
    snapshots: [],
    warnings: [],
    ...done,
  }
  expect(text(renderDown(report, chalk))).toMatchSnapshot()
})
