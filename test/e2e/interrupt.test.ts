import { readdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'

import type { InstancesReport } from '../../src/operations/instances.ts'
import type { StatusReport } from '../../src/operations/status.ts'
import type { UpReport } from '../../src/operations/up.ts'
import { run } from '../../src/runtime/exec.ts'
import { serverProcesses } from '../../src/runtime/java/server-processes.ts'
import { cliJson } from '../helpers/program/cli.ts'
import { type TestInstance, testInstance } from '../helpers/program/instance.ts'
import { interruptedOutcome, locks, press, SEED, shownLines } from '../helpers/program/interruption.ts'
import { onTerminalOfOurs, type TerminalResult } from '../helpers/program/terminal.ts'
import { hasCompose } from '../helpers/suite/machine.ts'
import { seededRandom } from '../helpers/suite/seeded-random.ts'

const random = seededRandom(SEED)
const ONCE = [0]
const TWICE = [0, 600]

describe.each(hasCompose ? (['java', 'compose'] as const) : (['java'] as const))(
  `Ctrl-C on the runtime %s (seed ${SEED})`,
  (runtime) => {
    let instance: TestInstance
    let dataFolder: string

    beforeAll(async () => {
      instance = await testInstance(runtime)
      dataFolder = dirname(dirname(instance.folder))
    })
    afterAll(() => instance[Symbol.asyncDispose]())
    afterEach(async () => {
      expect(await locks(dataFolder)).toEqual([])
      const files = await readdir(join(instance.folder)).catch(() => [])
      expect(files.filter((name) => /\.partial$|\.tmp$/.test(name))).toEqual([])
    })

    /** Runs a command on a terminal; Ctrl-C is pressed soon after it has shown a text. */
    async function interrupt(
      args: readonly string[],
      text: string,
      pauses: readonly number[],
      onPress: () => Promise<void> = async () => {},
    ): Promise<TerminalResult> {
      const terminal = await onTerminalOfOurs(args, instance.env)
      await terminal.shows(text)
      await onPress()
      await sleep(random() * 200)
      await press(terminal, pauses)
      return terminal.ended
    }

    /** The servers of an instance: processes, and containers in any state. */
    async function servers(name: string, folder: string): Promise<readonly (string | number)[]> {
      const containers = hasCompose
        ? (await run('docker', ['ps', '--all', '--format', '{{.Names}}'])).stdout
        : ''
      return [
        ...containers.split('\n').filter((one) => one.includes(name)),
        ...(await serverProcesses(folder)).map(({ pid }) => pid),
      ]
    }
    const own = () => servers(instance.name, instance.folder)

    // The steps after the start are the same on each runtime, and Docker stops a container in the same way at each step.
    const steps: readonly (readonly [string, readonly number[]])[] =
      runtime === 'java'
        ? [
            ['Unpacking', ONCE],
            ['Starting Keycloak', TWICE],
            ['Playing a client', TWICE],
          ]
        : [['Applying the realm', TWICE]]

    it.each(steps)('Ctrl-C at "%s" (after %j ms) stops up and leaves no server', async (step, pauses) => {
      const ended = await interrupt(['up'], step, pauses)
      expect(interruptedOutcome(ended)).toMatch(/^nothing was started|^Keycloak, .* is stopped/)
      expect(await own()).toEqual([])
    })

    it('Ctrl-C leaves a running server and no client; down finishes its work', async () => {
      const { alreadyRunning } = await cliJson<UpReport>(['up'], instance.env)
      expect(alreadyRunning).toBe(false)
      // A server that was killed by the second Ctrl-C of an earlier test can have lost its last delete.
      const registered = async () =>
        (await cliJson<StatusReport>(['status'], instance.env)).realms.map(
          ({ clients }) => clients.registered,
        )
      const before = await registered()
      const ended = await interrupt(['up'], 'Playing a client', ONCE)
      if (ended.exitCode !== 0) expect(interruptedOutcome(ended)).toMatch(/^nothing was started|had finished/)
      expect(await registered()).toEqual(before)
      const stopped = await interrupt(['down'], 'Stopping', runtime === 'java' ? TWICE : ONCE)
      expect(interruptedOutcome(stopped)).toMatch(/ had finished /)
      expect(shownLines(stopped.seen).join('\n')).toContain('Keycloak is stopped')
      const { instances } = await cliJson<InstancesReport>(['status', '--all'], instance.env)
      expect(instances).toMatchObject([{ instance: instance.name, running: false }])
      expect(await own()).toEqual([])
    })

    if (runtime !== 'java') return

    it('stops an up of an instance that has data: no server is left', async () => {
      const ended = await interrupt(['up'], 'Starting Keycloak', TWICE)
      expect(interruptedOutcome(ended), ended.seen).toMatch(/nothing was started|is stopped/)
      expect(await own()).toEqual([])
    })

    // While the command runs: exec.test.ts. What exec removes in Docker: testing-start.test.ts.
    it('does not keep exec --ephemeral from removing Keycloak', async () => {
      const { MCP_KEYCLOAK_INSTANCE: _, MCP_KEYCLOAK_PORT: __, ...env } = instance.env
      const terminal = await onTerminalOfOurs(['exec', '--ephemeral', '--no-proof', '--', 'true'], env)
      await terminal.shows('Removing Keycloak')
      const folder = join(dataFolder, 'ephemeral')
      const [name = ''] = (await readdir(folder)).filter((one) => !one.endsWith('.json'))
      await press(terminal, TWICE)
      expect(interruptedOutcome(await terminal.ended)).toMatch(/had finished/)
      expect(name).toMatch(/^ephemeral-/)
      expect([await readdir(folder), await servers(name, join(folder, name))]).toEqual([[], []])
    })
  },
)
