import { describe, expect, it } from 'vitest'
import { CLIENT_PROFILES } from '../../../src/clients/all.ts'
import { codex } from '../../../src/clients/codex.ts'
import { inspector } from '../../../src/clients/inspector.ts'
import { type DoctorCheck, fail, type Gathered, ok, runDoctorChecks } from '../../../src/doctor/check.ts'
import { allChecks } from '../../../src/doctor/checks/all.ts'
import { McpKeycloakError } from '../../../src/errors.ts'

const subjects = {
  machine: Promise.resolve({ environment: {} }),
  server: Promise.resolve({ missing: 'Keycloak is not running.', fix: 'mcp-keycloak up' }),
  get info() {
    return Promise.reject(new Error('fetch failed', { cause: new Error('connect ECONNREFUSED') }))
  },
} as unknown as Gathered

const check = (given: Partial<DoctorCheck>): DoctorCheck =>
  ({
    name: 'one',
    title: 'One',
    group: 'machine',
    asks: 'machine',
    run: () => ok('fine'),
    ...given,
  }) as DoctorCheck

describe('a check', () => {
  it('answers, in the order of the questions and not of the answers', async () => {
    const slow = check({
      name: 'slow',
      run: () => new Promise((resolve) => setImmediate(() => resolve(ok('late')))),
    })
    const results = await runDoctorChecks([slow, check({ repair: 'users' })], subjects)
    expect(results).toMatchObject([
      { name: 'slow', what: 'late', repair: null },
      { name: 'one', status: 'ok', what: 'fine', why: null, fix: null, repair: 'users' },
    ])
  })

  it('is skipped, with the reason, when there is nothing to look at', async () => {
    const [result] = await runDoctorChecks(
      [check({ asks: 'server', run: () => fail('asked', '', '') })],
      subjects,
    )
    expect(result).toMatchObject({ status: 'skip', fix: 'mcp-keycloak up' })
  })

  it('a check turns a documented error into a fault', async () => {
    const error = new McpKeycloakError('LOGIN_REFUSED', { what: 'No.', why: 'because', fix: 'do' })
    const [result] = await runDoctorChecks([check({ run: () => Promise.reject(error) })], subjects)
    expect(result).toMatchObject({ status: 'fail', what: 'No', why: 'because', fix: 'do' })
  })

  it('that cannot find out says so, and does not stop the others', async () => {
    const results = await runDoctorChecks([check({ asks: 'info' }), check({})], subjects)
    expect(results).toMatchObject([
      { status: 'fail', why: 'fetch failed: connect ECONNREFUSED' },
      { status: 'ok' },
    ])
  })

  it('that is interrupted interrupts all, once the others are done', async () => {
    const error = new McpKeycloakError('INTERRUPTED', { what: 'Interrupted.', why: '', fix: '' })
    let cleaned = false
    const other = check({
      run: async () => {
        await new Promise((resolve) => setTimeout(resolve, 20))
        cleaned = true
        return ok('done')
      },
    })
    await expect(
      runDoctorChecks([check({ run: () => Promise.reject(error) }), other], subjects),
    ).rejects.toBe(error)
    expect(cleaned).toBe(true)
  })
})

describe('the checks', () => {
  const names = (profiles: Parameters<typeof allChecks>[0]) => allChecks(profiles).map(({ name }) => name)

  it('have names of their own', () => {
    const all = names(CLIENT_PROFILES)
    expect(new Set(all).size).toBe(all.length)
    expect(all.length).toBeGreaterThan(35)
  })

  it('play the client programs that are asked for, and their pages', () => {
    expect(names([codex]).slice(-2)).toEqual(['drift', 'client-codex'])
    expect(names([inspector]).slice(-3)).toEqual(['drift', 'client-inspector', 'browser'])
  })
})
