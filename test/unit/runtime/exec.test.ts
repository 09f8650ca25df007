import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

import { describe, expect, it, vi } from 'vitest'

import { run, runLines, startDetached } from '../../../src/runtime/exec.ts'
import { preferredPrograms } from '../support/fake-programs.ts'
import { tempFolder } from '../support/temp-folder.ts'

const { execPath: node } = process

describe('a program', () => {
  it('that is not there is an answer, no exception', async () => {
    const answer = { exitCode: 1, missing: true, stdout: '' }
    expect(await run('no-such-program-of-ours', [])).toMatchObject(answer)
    expect(await run('no-such-program-of-ours', [], { onLine: () => {} })).toMatchObject(answer)
  })

  it('a program is never taken from the current folder', async () => {
    const script = 'process.stdout.write(process.env.NoDefaultCurrentDirectoryInExePath ?? "unset")'
    expect((await run(node, ['-e', script])).stdout).toBe('1')
    expect((await run(node, ['-e', script], { env: { A: 'b' }, extendEnv: false })).stdout).toBe('1')
    const lines = await Array.fromAsync(runLines(node, ['-e', script], undefined))
    expect(lines).toEqual(['1'])
  })

  it('says how it ended, and what it wrote where', async () => {
    await preferredPrograms({ prog: 'echo "out $1"; echo err >&2; exit 7' })
    expect(await run('prog', ['a b'])).toEqual({
      exitCode: 7,
      stdout: 'out a b',
      stderr: 'err',
      missing: false,
      timedOut: false,
    })
  })

  it('gives its lines as they come, also when it fails', async () => {
    await preferredPrograms({ prog: 'echo one; echo two >&2; exit 1' })
    const lines: string[] = []
    const { exitCode } = await run('prog', [], { onLine: (line) => lines.push(line) })
    expect(exitCode).toBe(1)
    expect(lines.toSorted()).toEqual(['one', 'two'])
  })

  it('gets our variables, those on top, its folder, and nothing to read', async () => {
    const cwd = await tempFolder()
    await preferredPrograms({ prog: 'cat; echo "$OURS $THEIRS"; pwd -P' })
    vi.stubEnv('OURS', 'ours')
    const { stdout } = await run('prog', [], { env: { THEIRS: 'theirs' }, cwd })
    expect(stdout.split('\n')[0]).toBe('ours theirs')
    expect(stdout).toContain(cwd.split('/').at(-1))
  })

  it('is killed when its time is up', async () => {
    const result = await run(node, ['-e', 'setTimeout(() => {}, 60000)'], { timeoutMs: 50 })
    expect(result).toMatchObject({ missing: false })
    expect(result.exitCode).not.toBe(0)
  })

  it('is stopped when the user interrupts', async () => {
    const interrupt = new AbortController()
    const work = run(node, ['-e', 'setTimeout(() => {}, 60000)'], { signal: interrupt.signal })
    interrupt.abort()
    expect((await work).exitCode).not.toBe(0)
  })
})

describe('a program that outlives us', () => {
  it('writes into its log, with the variables that it is given and no others', async () => {
    const logFile = join(await tempFolder(), 'log')
    const script = 'console.log(process.env.GIVEN, process.env.HOME ?? "none"); console.error("err")'
    const pid = await startDetached(node, ['-e', script], { cwd: '/', env: { GIVEN: 'given' }, logFile })
    expect(pid).toBeGreaterThan(0)
    await vi.waitFor(async () => expect(await readFile(logFile, 'utf8')).toBe('given none\nerr\n'), {
      timeout: 4000,
    })
  })

  it('has no pid when it cannot be started', async () => {
    const logFile = join(await tempFolder(), 'log')
    expect(await startDetached('/no/such/program', [], { cwd: '/', env: {}, logFile })).toBeUndefined()
    await sleep(10) // its error must not end this process
  })
})
