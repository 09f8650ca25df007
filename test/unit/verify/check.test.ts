import { describe, expect, it } from 'vitest'
import { McpKeycloakError } from '../../../src/errors.ts'
import { Fault, fail, ok, runVerifyChecks, type VerifyCheck } from '../../../src/verify/check.ts'
import type { Inspection } from '../../../src/verify/inspection.ts'

const check = (name: string, run: VerifyCheck['run']): VerifyCheck => ({ name, title: `It is ${name}`, run })
const run = (checks: readonly VerifyCheck[], signal?: AbortSignal) =>
  runVerifyChecks(checks, {} as Inspection, { signal })

describe('the questions', () => {
  it('blame a fault that they share on the first one, and are not asked after it', async () => {
    const fault = new Fault({ what: 'It is down.', why: 'w', fix: 'f' })
    const ask = () => Promise.reject(fault)
    expect(await run([check('up', ask), check('good', ask), check('other', async () => ok('Yes.'))])).toEqual(
      [
        { name: 'up', title: 'It is up', status: 'fail', what: 'It is down', why: 'w', fix: 'f', url: null },
        {
          name: 'good',
          title: 'It is good',
          status: 'skip',
          what: 'Could not be asked, because of "It is up"',
          why: null,
          fix: null,
          url: null,
        },
        { name: 'other', title: 'It is other', status: 'ok', what: 'Yes', why: null, fix: null, url: null },
      ],
    )
  })

  it('take what the realm refuses for a fault, and a bug for a bug', async () => {
    const refused = new McpKeycloakError('LOGIN_REFUSED', { what: 'No.', why: 'w', fix: 'f' })
    expect(await run([check('open', () => Promise.reject(refused))])).toMatchObject([
      { status: 'fail', what: 'No' },
    ])
    await expect(run([check('open', () => Promise.reject(new TypeError('x')))])).rejects.toThrow(TypeError)
  })

  it('let nothing through that steers a terminal', async () => {
    const text = 'a\u001b[2Jb\r\nc\u009b'
    const [result] = await run([check('x', async () => fail(text, text, text))])
    expect(result).toMatchObject({ what: 'a\ufffd[2Jb c\ufffd', why: 'a\ufffd[2Jb c\ufffd' })
  })

  it('stop when the user interrupts, and blame nobody for it', async () => {
    const controller = new AbortController()
    const ask = async () => {
      controller.abort()
      throw new Fault({ what: 'aborted' })
    }
    await expect(run([check('x', ask)], controller.signal)).rejects.toMatchObject({ code: 'INTERRUPTED' })
  })
})

describe('the time for all questions', () => {
  it('ends the question during which it is over, and those after it are not asked', async () => {
    const asked: string[] = []
    const hang = () => {
      asked.push('slow')
      return new Promise<never>(() => {})
    }
    const ask = async () => {
      asked.push('other')
      return ok('Yes.')
    }
    const checks = [check('first', ask), check('slow', hang), check('last', ask)]
    const results = await runVerifyChecks(checks, {} as Inspection, { timeMs: 50 })
    expect(results.map(({ status }) => status)).toEqual(['ok', 'warn', 'skip'])
    expect(results[1]).toMatchObject({ what: 'The time for all checks (0.05 s) is over' })
    expect(results[2]?.what).toContain('the time for all checks (0.05 s) was over')
    expect(asked).toEqual(['other', 'slow'])
  })

  it('does not hide a question that fails in time', async () => {
    const ask = () => Promise.reject(new Fault({ what: 'It is down.' }))
    const [result] = await runVerifyChecks([check('up', ask)], {} as Inspection, { timeMs: 5_000 })
    expect(result).toMatchObject({ status: 'fail', what: 'It is down' })
  })
})
