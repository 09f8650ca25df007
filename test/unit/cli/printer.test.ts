import { afterEach, describe, expect, it, vi } from 'vitest'

import { createOutput } from '../../../src/cli/output.ts'
import { createPrinter } from '../../../src/cli/printer.ts'
import { McpKeycloakError } from '../../../src/errors.ts'
import { escapesIn, HOSTILE } from '../../helpers/hostile/hostile-text.ts'
import { written } from '../support/written.ts'

vi.hoisted(() => {
  process.env.FORCE_COLOR = '3' // chalk reads it when it is loaded
})

afterEach(() => {
  vi.restoreAllMocks()
})

/** Every way of a text out of a command. */
const waysOf = (
  text: string,
): Readonly<Record<string, (out: ReturnType<typeof createOutput>) => unknown>> => ({
  result: (out) =>
    out.result({ name: text }, ({ name }, chalk) => [chalk.bold(name), `${chalk.red('x')} ${name}`]),
  warnings: (out) => out.result({ warnings: [text] }, () => []),
  value: (out) => out.value({ line: text }, ({ line }) => [line]),
  note: (out) => out.note(text, out.chalkStderr.dim(text)),
  warn: (out) => out.warn([text]),
  step: (out) => out.step(text),
  'an error': (out) => out.error(new McpKeycloakError('USAGE_INVALID', { what: text, why: text, fix: text })),
  'a cause': (out) =>
    out.error(
      new McpKeycloakError('USAGE_INVALID', { what: 'a', why: 'b', fix: 'c', cause: new Error(text) }),
    ),
  'a bug': (out) => out.error(new TypeError(text)),
  'a bug without a stack': (out) => out.error(text),
  'a bug with a forged stack': (out) =>
    out.error(Object.assign(new Error('x'), { stack: `Error: x\n${text}` })),
})

/** Commands for CI systems, as strangers write them. */
const CI_COMMANDS = [
  '##[add-path]/evil',
  'x ##[set-env name=A]b',
  '##vso[task.setvariable variable=A]b',
  'x ##vso[task.prependpath]/evil',
  "##teamcity[setParameter name='a' value='b']",
  '###[error]x',
  '::set-output name=a::b',
  '  \t::add-mask::a',
  '\u3000::stop-commands::a',
  'x\n##[add-path]/evil',
  '\n::error::x',
]

/** Whether a CI system takes a line as a command: what their parsers look for. */
const isCommand = (line: string) => /##\w*\[/.test(line) || /^\s*::.*::/.test(line)

describe('a command for a CI system', () => {
  it.each(CI_COMMANDS)('is broken in every way out: %j', (command) => {
    const shown = [written('stdout'), written('stderr')]
    for (const color of [true, false]) {
      const out = createOutput({ color, verbose: true })
      for (const way of Object.values(waysOf(command))) way(out)
    }
    const lines = shown.flat().flatMap((text) => text.split('\n'))
    expect(lines.length).toBeGreaterThan(20)
    expect(lines.filter(isCommand)).toEqual([])
  })

  it.each(CI_COMMANDS)('is broken in JSON, and a parser reads the same: %j', (command) => {
    const stdout = written('stdout')
    createOutput({ json: true }).result({ [command]: command }, () => [])
    expect(stdout.join('').split('\n').filter(isCommand)).toEqual([])
    expect(JSON.parse(stdout.join(''))).toEqual({ [command]: command })
  })

  it('is broken by a blank, and no other text is', () => {
    const stdout = written('stdout')
    const texts = ['::1', '# Title', '## [a](b)', '[::1]:80 a::b', 'std::x::y', '##']
    createPrinter('stdout', false).print(['##[group]x', ' ::error::x', ...texts])
    expect(stdout.join('')).toBe(`# #[group]x\n : :error::x\n${texts.join('\n')}\n`)
  })

  it('of our own passes, except with --json', () => {
    const stdout = written('stdout')
    createOutput({}).command(['::add-mask::a', '::add-mask::b\n::error::c'])
    createOutput({ json: true }).command(['::add-mask::a'])
    expect(stdout).toEqual(['::add-mask::a\n::add-mask::b ::error::c\n'])
  })
})

describe('a long line', () => {
  const LONG = 'x'.repeat(100_000)

  it('logs, notes, warnings and errors are cut at 20,000 characters', () => {
    const shown = [written('stdout'), written('stderr')]
    const out = createOutput({})
    out.value({ LONG }, ({ LONG: text }, chalk) => [chalk.red(text)])
    out.note(LONG)
    out.warn([LONG])
    out.error(Object.assign(new Error('x'), { stack: `Error: x\n    at ${LONG}` }))
    const lengths = shown.flat().flatMap((text) => text.split('\n').map(({ length }) => length))
    expect(lengths.filter((length) => length >= 19_999)).toEqual([20_000, 20_000, 20_000, 20_000])
    expect(Math.max(...lengths)).toBe(20_000)
    expect(shown.flat().flatMap((line) => escapesIn(line, true))).toEqual([])
  })

  it('results and JSON are never cut', () => {
    const stdout = written('stdout')
    createOutput({}).result({}, () => [LONG])
    createOutput({ json: true }).value({ LONG }, () => [])
    expect(stdout).toEqual([`${LONG}\n`, `{"LONG":"${LONG}"}\n`])
  })

  it('is cut at 500 characters as progress', () => {
    const stderr = written('stderr')
    createOutput({}).step(LONG)
    expect(stderr.join('').trim()).toHaveLength('… '.length + 500)
  })
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

describe.each(Object.keys(waysOf(HOSTILE)))('a hostile text in %s', (way) => {
  it.each([{}, { json: true }, { verbose: true }, { color: false }])(
    'a hostile text has no effect on the terminal with %j',
    (options) => {
      const shown = [written('stdout'), written('stderr')]
      waysOf(HOSTILE)[way]?.(createOutput(options))
      expect(shown.flat().flatMap((line) => escapesIn(line, true))).toEqual([])
    },
  )
})
