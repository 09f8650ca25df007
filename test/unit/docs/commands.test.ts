import { expect, it } from 'vitest'

import { COMMANDS } from '../../../scripts/docs/option-tables.ts'
import { createProgram } from '../../../src/cli/main.ts'
import { createOutput } from '../../../src/cli/output.ts'
import { docsTexts } from '../../helpers/projects/docs-samples.ts'
import { testContext } from '../support/test-context.ts'

const texts = await docsTexts()

/** The contents of the shell blocks and CI jobs of a page. */
const codeOf = (text: string) =>
  [...text.matchAll(/^```(?:sh|console|yaml)\n([\s\S]*?)^```$/gm)].map(([, code]) => code).join('')

/** The words after `mcp-keycloak` in shell blocks and in the steps of CI jobs, without comments. */
const calls = [...texts].flatMap(([page, text]) =>
  [...codeOf(text).matchAll(/^(?:\$ | *- (?:run: )?)?(?:npx )?mcp-keycloak ([^\n#>|&]+)/gm)].map(
    ([, words = '']) => [page, words.trim()] as const,
  ),
)

it('the docs show commands', () => {
  expect(calls.length).toBeGreaterThan(80)
})

it.each(calls)('%s shows a command that exists: %s', (_page, call) => {
  const program = createProgram(testContext(createOutput({})))
  const [name, ...more] = call.split(' ')
  const group = program.commands.find((candidate) => candidate.name() === name)
  expect(group, `the command "${name}"`).toBeDefined()
  const subcommand = group?.commands.find((candidate) => candidate.name() === more[0])
  if (group?.commands.length) expect(subcommand, `the command "${name} ${more[0]}"`).toBeDefined()
  const [command, words] = subcommand ? [subcommand, more.slice(1)] : [group, more]
  const { unknown } = command?.parseOptions(words) ?? { unknown: words }
  const global = program.options.map(({ long }) => long)
  expect(unknown.filter((word) => !global.includes(word))).toEqual([])
})

it.each([...COMMANDS.keys()])(
  'the command "%s" has its options on its page, and a row in both tables',
  (name) => {
    const [word] = name.split(' ')
    expect(texts.get(`docs/commands/${word}.md`)).toContain(`<!-- options of ${name}: `)
    expect(texts.get('README.md')).toContain(`| [\`${word}\`](docs/commands/${word}.md) |`)
    expect(texts.get('docs/commands/README.md')).toContain(`| [\`${word}\`](${word}.md) |`)
  },
)
