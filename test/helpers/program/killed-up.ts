import { strict as assert } from 'node:assert'
import { readdir } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'

import type { UpReport } from '../../../src/operations/up.ts'
import { serverProcesses } from '../../../src/runtime/java/server-processes.ts'
import { lastLines } from '../../../src/runtime/last-lines.ts'
import { logFile } from '../../../src/runtime/log-file.ts'
import { cli, cliJson, start } from './cli.ts'
import type { TestInstance } from './instance.ts'

/** Runs `up` and kills it some time after it has shown a step. Fails when `up` ends before the kill. */
export async function killUp(
  env: TestInstance['env'],
  step: string,
  ms = 0,
  args: readonly string[] = [],
): Promise<void> {
  const begun = start(['up', ...args], { env })
  const shown = new Promise<void>((resolve) => {
    let text = ''
    begun.stderr.on('data', (data) => {
      text += data
      if (text.includes(step)) resolve()
    })
  })
  await Promise.race([shown, begun])
  await sleep(ms)
  begun.kill('SIGKILL')
  const { signal, stderr } = await begun
  assert.equal(signal, 'SIGKILL', stderr)
}

/** Runs `up` after a killed one. Fails when its report has a warning that a kill does not explain. */
export async function upAfterKill(
  { env, folder }: Pick<TestInstance, 'env' | 'folder'>,
  args: readonly string[] = [],
): Promise<UpReport> {
  const report = await cliJson<UpReport>(['up', ...args], env).catch(async (cause: Error) => {
    const log = await lastLines(logFile(folder), 200)
    throw new Error([cause.message, ...log].join('\n'), { cause })
  })
  const expected = /left over|found by its process|^Finished the creation/
  assert.deepEqual(
    report.warnings.filter((text) => !expected.test(text)),
    [],
  )
  return report
}

/** Runs `down`. Fails when a server or a partial file is left. */
export async function downLeavesNothing({
  env,
  folder,
}: Pick<TestInstance, 'env' | 'folder'>): Promise<void> {
  const { exitCode, stderr } = await cli(['down'], { env })
  assert.deepEqual([exitCode, await serverProcesses(folder)], [0, []], stderr)
  assert.deepEqual(
    (await readdir(folder)).filter((name) => name.endsWith('.partial')),
    [],
  )
}
