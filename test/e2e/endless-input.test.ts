import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { escapesIn } from '../helpers/hostile/hostile-text.ts'
import { BIN, ownEnvironment } from '../helpers/program/cli.ts'

let dataFolder: string
beforeAll(async () => {
  dataFolder = await mkdtemp(join(tmpdir(), 'mcp-keycloak-endless-'))
})
afterAll(() => rm(dataFolder, { recursive: true, force: true }))

/** A bound for a machine whose cores are all busy; an endless run would need for ever. */
const TIMEOUT_MS = 120_000

/** Runs `explain` behind another command, whose output it reads. */
const explainAfter = (command: string) =>
  execa('sh', ['-c', `${command} | "$NODE" "$BIN" explain`], {
    env: { ...ownEnvironment({ MCP_KEYCLOAK_DATA_FOLDER: dataFolder }), NODE: process.execPath, BIN },
    extendEnv: false,
    reject: false,
    timeout: TIMEOUT_MS,
  })

describe('explain ends', () => {
  it.each([
    ['50 MB of text', "yes 'a line of a log that says nothing' | head -c 50000000"],
    ['one line of 20 MB', 'head -c 20000000 /dev/zero | tr "\\0" a'],
    ['a million lines', 'yes x | head -n 1000000'],
    ['zeros without an end behind a text', "(yes 'a line of a log' | head -c 5000; cat /dev/zero)"],
    ['random bytes without an end behind a text', "(yes 'a line of a log' | head -c 5000; cat /dev/urandom)"],
  ])('explain ends after %s', async (_, command) => {
    const { exitCode, timedOut, stdout, stderr } = await explainAfter(command)
    expect([timedOut, exitCode, stderr]).toEqual([false, 0, ''])
    expect(stdout).not.toBe('')
    expect(escapesIn(stdout)).toEqual([])
  })
})

it.each([
  ['zeros without an end', 'cat /dev/zero'],
  ['random bytes', 'head -c 5000000 /dev/urandom'],
  ['random bytes without an end', 'cat /dev/urandom'],
])('explain refuses %s', async (_, command) => {
  const { exitCode, timedOut, stderr } = await explainAfter(command)
  expect([timedOut, exitCode, stderr]).toEqual([false, 2, expect.stringContaining('not a text')])
})

it.each([
  ['one line of 20 MB of blanks', 'head -c 20000000 /dev/zero | tr "\\0" " "'],
  ['empty lines without an end', "yes ''"],
])('explain finds nothing to explain in %s', async (_, command) => {
  const { exitCode, timedOut, stderr } = await explainAfter(command)
  expect([timedOut, exitCode, stderr]).toEqual([false, 2, expect.stringContaining('nothing to explain')])
})

describe('a signal ends explain', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)('that waits for its input, by %s', async (signal) => {
    const running = execa(process.execPath, [BIN, 'explain'], {
      env: ownEnvironment({ MCP_KEYCLOAK_DATA_FOLDER: dataFolder }),
      extendEnv: false,
      reject: false,
      timeout: TIMEOUT_MS,
      stdin: 'pipe',
    })
    // More than a pipe holds: it is written when the program reads, and the program listens for signals before that.
    await new Promise((resolve) => running.stdin.write(`${'x'.repeat(999)}\n`.repeat(500), resolve))
    running.kill(signal)
    const { exitCode, timedOut } = await running
    expect([timedOut, exitCode]).toEqual([false, signal === 'SIGINT' ? 130 : 143])
  })
})
