import type { Command } from 'commander'
import { describe, expect, it } from 'vitest'

import { docsPages } from '../../../scripts/docs.ts'
import { commandPath, formatHelp } from '../../../src/cli/help.ts'
import { createProgram } from '../../../src/cli/main.ts'
import { createOutput } from '../../../src/cli/output.ts'
import { testContext } from '../support/test-context.ts'

const HOMEPAGE = 'https://mcp-keycloak.example/'
const pages = await docsPages()
const program = () => createProgram(testContext(createOutput({})))
const all = (command: Command): Command[] => [command, ...command.commands.flatMap(all)]
const GLOBAL = program().options.map(({ long }) => long)
const examples = (help: string) =>
  [...help.matchAll(/^ {2}mcp-keycloak (.*?) +# /gm)].map(([, line = '']) => line)

describe.each(all(program()).map((command) => [commandPath(command).join(' ') || 'mcp-keycloak', command]))(
  'the help of %s',
  (_path, command) => {
    it('ends with two examples and a link', () => {
      const lines = (command as Command).helpInformation()
      expect(examples(lines)).toHaveLength(2)
      expect(lines).toMatch(/\n\nMore: https:\/\/\S+\n$/)
    })

    it('has examples that are understood, of that command', () => {
      for (const line of examples((command as Command).helpInformation())) {
        const words = (line.replace(/ [<>] .*$/, '').match(/"[^"]*"|\S+/g) ?? []).map(String)
        const [meant, rest] = follow(program(), words)
        expect(
          commandPath(meant)
            .join(' ')
            .startsWith(commandPath(command as Command).join(' ')),
        ).toBe(true)
        expect(meant.parseOptions(rest).unknown.filter((word) => !GLOBAL.includes(word))).toEqual([])
      }
    })

    it("the help links to the command's page when the docs have an address", () => {
      const help = formatHelp(command as Command, (command as Command).createHelp(), HOMEPAGE)
      const [, page = ''] = /^More: https:\/\/mcp-keycloak\.example\/docs\/(\S+)$/m.exec(help) ?? []
      expect(pages).toContain(page.replace(/\.html$/, '.md').replace(/\/$/, '/README.md'))
    })
  },
)

/** The command that the words name, and the words after it. */
function follow(command: Command, words: readonly string[]): readonly [Command, string[]] {
  const next = command.commands.find((one) => one.name() === words[0])
  return next ? follow(next, words.slice(1)) : [command, [...words]]
}
