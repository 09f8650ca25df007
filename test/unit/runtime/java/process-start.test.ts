import { spawn } from 'node:child_process'
import { once } from 'node:events'

import { expect, it } from 'vitest'

import { processStart } from '../../../../src/runtime/java/process-start.ts'

it('is the same for the same process each time', async () => {
  const start = await processStart(process.pid)
  expect(start).toMatch(/\S/)
  expect(await processStart(process.pid)).toBe(start)
})

it('two processes have different start times', async () => {
  const child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60000)'], { stdio: 'ignore' })
  try {
    const start = await processStart(child.pid ?? 0)
    expect(start).toMatch(/\S/)
    expect(start).not.toBe(await processStart(process.pid))
  } finally {
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
  expect(await processStart(child.pid ?? 0)).toBeUndefined()
})

it('is not there for a pid that nobody has', async () => {
  expect(await processStart(2 ** 30)).toBeUndefined()
})
