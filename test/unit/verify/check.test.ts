import { describe, expect, it } from 'vitest'
import { McpKeycloakError } from '../../../src/errors.ts'
import { Fault, fail, ok, runVerifyChecks, type VerifyCheck } from '../../../src/verify/check.ts'
import type { Inspection } from '../../../src/verify/inspection.ts'

const check = (name: string, run: VerifyCheck['run']): VerifyCheck => ({ name, title: `It is ${name}`, run })
const inspection = { lost: () => undefined } as unknown as Inspection
const run = (checks: readonly VerifyCheck[], signal?: AbortSignal) =>
  runVerifyChecks(checks, inspection, { signal })

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
          what: expect.stringContaining('because of "It is up"'),
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

describe('a server that stops answering', () => {
  it('is reported by the first check, and later checks are not asked', async () => {
    let fault: Fault | undefined
    const stopping = { lost: () => fault } as unknown as Inspection
    const stop = () => {
      fault = new Fault({ what: 'It stopped.', why: 'w', fix: 'f' })
      return fault
    }
    const results = await runVerifyChecks(
      [
        check('up', async () => ok('Yes.')),
        check('sig', () => Promise.reject(stop())),
        check('late', async () => fail('It is bad.', 'w', 'f')),
      ],
      stopping,
      {},
    )
    expect(results.map(({ name, status, what, notAsked }) => [name, status, what, notAsked])).toEqual([
      ['up', 'fail', 'It stopped', undefined],
      ['sig', 'skip', 'Not asked, because the server stopped answering', true],
      ['late', 'skip', 'Not asked, because the server stopped answering', true],
    ])
    expect(results[0]?.why).toContain('"It is sig"')
  })

  it('keeps a fault that requests prove', async () => {
    let fault: Fault | undefined
    const proven = async () => {
      fault = new Fault({ what: 'It stopped.' })
      return { ...fail('It accepts it.', 'w', 'f'), evidence: [] }
    }
    const stopping = { lost: () => fault } as unknown as Inspection
    const results = await runVerifyChecks(
      [check('up', async () => ok('Yes.')), check('sig', proven)],
      stopping,
      {},
    )
    expect(results.map(({ what }) => what)).toEqual(['It stopped', 'It accepts it'])
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
    const results = await runVerifyChecks(checks, inspection, { timeMs: 50 })
    expect(results.map(({ status }) => status)).toEqual(['ok', 'warn', 'skip'])
    expect(results[1]).toMatchObject({ what: 'The time for all checks (0.05 s) is over' })
    expect(results[2]?.what).toContain('the time for all checks (0.05 s) was over')
    expect(asked).toEqual(['other', 'slow'])
  })

  it('does not hide a question that fails in time', async () => {
    const ask = () => Promise.reject(new Fault({ what: 'It is down.' }))
    const [result] = await runVerifyChecks([check('up', ask)], inspection, { timeMs: 5_000 })
    expect(result).toMatchObject({ status: 'fail', what: 'It is down' })
  })
})
