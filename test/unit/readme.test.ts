import { readFile } from 'node:fs/promises'

import { expect, it } from 'vitest'

import { createProgram } from '../../src/cli/main.ts'
import { createOutput } from '../../src/cli/output.ts'
import { testContext } from './support/test-context.ts'

const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8')

/** What stands after `mcp-keycloak` in the README's shell blocks and the steps of its CI jobs, without the comments. */
const calls = [...readme.matchAll(/^(?:\$ | *- (?:run: )?)?(?:npx )?mcp-keycloak ([^\n#>|]+)/gm)].map(
  ([, words = '']) => words.trim(),
)

it('shows commands', () => {
  expect(calls.length).toBeGreaterThan(5)
})

it.each(calls)('shows a command that is understood: %s', (call) => {
  const program = createProgram(testContext(createOutput({})))
  const [name, ...more] = call.split(' ')
  const group = program.commands.find((candidate) => candidate.name() === name)
  expect(group, `the command "${name}"`).toBeDefined()
  const subcommand = group?.commands.find((candidate) => candidate.name() === more[0])
  if (group?.commands.length) expect(subcommand, `the command "${name} ${more[0]}"`).toBeDefined()
  const [command, words] = subcommand ? [subcommand, more.slice(1)] : [group, more]
  const { unknown } = command?.parseOptions(words) ?? { unknown: words }
  expect(unknown).toEqual([])
})

it('quotes the conftest.py that is run by the tests, which has fifteen lines at most', async () => {
  const conftest = await readFile(new URL('../fixtures/pytest/conftest.py', import.meta.url), 'utf8')
  const quoted = [...readme.matchAll(/^```python\n(.*?)^```$/gms)].map(([, code]) => code)
  expect(quoted).toContain(conftest)
  expect(conftest.split('\n').filter(Boolean).length).toBeLessThanOrEqual(15)
})
