import { readFile } from 'node:fs/promises'

import type { Command } from 'commander'
import { describe, expect, it } from 'vitest'

import { createProgram } from '../../../src/cli/main.ts'
import { createOutput } from '../../../src/cli/output.ts'
import * as library from '../../../src/index.ts'
import { reportSchemas } from '../../../src/operations/report-schemas.ts'
import { testContext } from '../support/test-context.ts'

/** Commands without a report, and why. */
const WITHOUT_REPORT: Readonly<Record<string, string>> = {
  exec: 'stdout is that of the program that it runs; --json is refused',
  bridge: 'its messages have schemas of their own: bridge --schema',
  completion: 'stdout is a script for a shell; --json is refused',
  mcp: 'stdout is that of the protocol; --json is refused',
}

/** Every command that does something: `realm` alone does not, `realm diff` does. */
function commandsOf(group: Command, words: readonly string[] = []): readonly string[] {
  return group.commands.flatMap((command) => {
    const name = [...words, command.name()]
    return command.commands.length > 0 ? commandsOf(command, name) : [name.join(' ')]
  })
}

const program = createProgram(testContext(createOutput({})))
const commands = commandsOf(program)
const rows = Object.keys(reportSchemas)

describe('the schemas of the reports', () => {
  it('are there for every command', () => {
    expect(commands.length).toBeGreaterThan(10)
    const without = commands.filter((name) => !rows.includes(name) && !(name in WITHOUT_REPORT))
    expect(without).toEqual([])
  })

  it('are for commands that there are, and flags that they have', () => {
    for (const row of rows) {
      const [name = '', flag] = row.split(/ (?=--)/)
      expect(commands).toContain(name)
      const command = name
        .split(' ')
        .reduce<Command | undefined>(
          (group, word) => group?.commands.find((inner) => inner.name() === word),
          program,
        )
      if (flag) expect(command?.options.map(({ long }) => long)).toContain(flag)
    }
  })

  it.each(Object.entries(reportSchemas))('%s: has a version and refuses unknown fields', (_, schema) => {
    const issues = schema.safeParse({ schemaVersion: 2, surprise: true }).error?.issues ?? []
    expect(issues).toContainEqual(expect.objectContaining({ path: ['schemaVersion'] }))
    expect(issues).toContainEqual(expect.objectContaining({ code: 'unrecognized_keys', keys: ['surprise'] }))
  })
})

describe('the library', () => {
  it('has each of its exports in docs/reports.md', async () => {
    const page = await readFile(new URL('../../../docs/reports.md', import.meta.url), 'utf8')
    const missing = Object.keys(library).filter((name) => !page.includes(`\`${name}\``))
    expect(missing).toEqual([])
    expect(Object.keys(library)).toContain('reportSchemas')
  })
})
