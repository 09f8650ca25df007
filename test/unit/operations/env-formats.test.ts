import { execFileSync } from 'node:child_process'
import { parseEnv } from 'node:util'

import { describe, expect, it } from 'vitest'

import { dotenv, githubEnv, githubMasks, shell } from '../../../src/operations/env-formats.ts'
import { refusal } from '../support/refusal.ts'

const HARMLESS = { URL: 'http://localhost:8080/realms/x', NAME: 'test user', EMPTY: '', HASH: 'a#b # c' }
const NASTY = { ...HARMLESS, DOLLAR: '$HOME `id` \\ "x"', QUOTE: "it's", PERCENT: '100%' }

describe('dotenv', () => {
  it('Node reads the .env values back unchanged', () => {
    expect(parseEnv(dotenv(NASTY).join('\n'))).toEqual(NASTY)
  })

  it('quotes only what needs it', () => {
    expect(dotenv(HARMLESS)).toEqual([
      'URL=http://localhost:8080/realms/x',
      "NAME='test user'",
      'EMPTY=',
      "HASH='a#b # c'",
    ])
    expect(dotenv({ QUOTE: "it's" })).toEqual(['QUOTE="it\'s"'])
  })

  it.each(["it's $5", `it's "x"`, "it's \\", 'two\nlines'])('dotenv refuses the value %j', async (value) => {
    const error = await refusal(() => dotenv({ PASSWORD: value }))
    expect(error.code).toBe('USAGE_INVALID')
    expect(error).toMatchSnapshot()
  })
})

describe('shell', () => {
  it('a shell gets the values unchanged and runs none of them', () => {
    const values = { ...NASTY, LINES: "two\nlines'; exit 1; '" }
    const script = `${shell(values).join('\n')}\nfor name in ${Object.keys(values).join(' ')}; do printenv "$name"; printf '\\0'; done`
    const printed = execFileSync('sh', ['-c', script], { encoding: 'utf8' }).split('\n\0').slice(0, -1)
    expect(printed).toEqual(Object.values(values))
  })
})

describe.each([
  ['dotenv', dotenv],
  ['shell', shell],
])('%s', (_, format) => {
  it.each(['##[add-path]/evil', 'a ##vso[task.setvariable variable=A]b'])(
    'refuses a value that a CI system would carry out: %s',
    async (value) => {
      const error = await refusal(() => format({ A: value }))
      expect(error.code).toBe('USAGE_INVALID')
      expect(error).toMatchSnapshot()
    },
  )
})

it('shell refuses a value with such a command in a line of its own', async () => {
  expect(await refusal(() => shell({ A: 'x\n::error::y' }))).toMatchObject({ code: 'USAGE_INVALID' })
})

describe('github', () => {
  it('a value with line breaks or a delimiter stays in one piece', () => {
    const text = githubEnv({ A: 'EOF\nB=1', C: 'x' })
    const delimiter = /^A<<(\S+)$/m.exec(text)?.[1] ?? ''
    expect(text).toBe(`A<<${delimiter}\nEOF\nB=1\n${delimiter}\nC<<${delimiter}\nx\n${delimiter}\n`)
    expect(githubEnv({ A: 'x' })).not.toContain(delimiter)
  })

  it('hides secrets from the log', () => {
    expect(githubMasks(['a%b\nc'])).toEqual(['::add-mask::a%25b%0Ac'])
  })
})
