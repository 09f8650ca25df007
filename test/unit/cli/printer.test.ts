import { afterEach, describe, expect, it, vi } from 'vitest'

import { createOutput } from '../../../src/cli/output.ts'
import { createPrinter } from '../../../src/cli/printer.ts'
import { McpKeycloakError } from '../../../src/errors.ts'
import { escapesIn, HOSTILE } from '../../helpers/hostile-text.ts'
import { written } from '../support/written.ts'

vi.hoisted(() => {
  process.env.FORCE_COLOR = '3' // chalk reads it when it is loaded
})

afterEach(() => {
  vi.restoreAllMocks()
})

describe('the printer', () => {
  it('shows our colours, nested ones too, and no others', () => {
    const stdout = written('stdout')
    const { chalk, print } = createPrinter('stdout')
    print([`${chalk.bold(`a ${chalk.red('b')} c`)} \u001b[35md`, chalk.dim(chalk.green.bold('e\u001b[0m'))])
    expect(stdout).toEqual([
      '\u001b[1ma \u001b[31mb\u001b[39m c\u001b[22m \ufffd[35md\n' +
        '\u001b[2m\u001b[32m\u001b[1me\ufffd[0m\u001b[22m\u001b[2m\u001b[39m\u001b[22m\n',
    ])
  })

  it('makes each line one line', () => {
    const stdout = written('stdout')
    createPrinter('stdout', false).print(['  a client named b\n✔ all fine', '\tat x.y(Z.java:1)'])
    expect(stdout.join('')).toBe('  a client named b ✔ all fine\n\tat x.y(Z.java:1)\n')
  })

  it('does not know the colours of another process', () => {
    const stdout = written('stdout')
    createPrinter('stdout').print(['\u{f0000}00000000-0000-0000-0000-000000000000[31mred'])
    expect(stdout.join('')).not.toContain('\u001b')
  })
})

/** Every way out of a command. */
const WAYS: Readonly<Record<string, (out: ReturnType<typeof createOutput>) => unknown>> = {
  result: (out) =>
    out.result({ name: HOSTILE }, ({ name }, chalk) => [chalk.bold(name), `${chalk.red('x')} ${name}`]),
  warnings: (out) => out.result({ warnings: [HOSTILE] }, () => []),
  value: (out) => out.value({ line: HOSTILE }, ({ line }) => [line]),
  note: (out) => out.note(HOSTILE, out.chalkStderr.dim(HOSTILE)),
  warn: (out) => out.warn([HOSTILE]),
  step: (out) => out.step(HOSTILE),
  'an error': (out) =>
    out.error(new McpKeycloakError('USAGE_INVALID', { what: HOSTILE, why: HOSTILE, fix: HOSTILE })),
  'a cause': (out) =>
    out.error(
      new McpKeycloakError('USAGE_INVALID', { what: 'a', why: 'b', fix: 'c', cause: new Error(HOSTILE) }),
    ),
  'a bug': (out) => out.error(new TypeError(HOSTILE)),
  'a bug without a stack': (out) => out.error(HOSTILE),
  'a bug with a forged stack': (out) =>
    out.error(Object.assign(new Error('x'), { stack: `Error: x\n${HOSTILE}` })),
}

describe.each(Object.keys(WAYS))('a hostile text in %s', (way) => {
  it.each([{}, { json: true }, { verbose: true }, { color: false }])('steers nothing: %j', (options) => {
    const shown = [written('stdout'), written('stderr')]
    WAYS[way]?.(createOutput(options))
    expect(shown.flat().flatMap(escapesIn)).toEqual([])
  })
})
