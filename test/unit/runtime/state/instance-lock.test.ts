import { mkdir, readdir, rm, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { describe, expect, it, onTestFinished, vi } from 'vitest'

import { type Waiting, withInstanceLock } from '../../../../src/runtime/state/instance-lock.ts'
import { listInstances, removeInstance } from '../../../../src/runtime/state/state.ts'
import { refusal } from '../../support/refusal.ts'
import { tempFolder } from '../../support/temp-folder.ts'

const LONG = { waitMs: 5000 }
const NOT_AT_ALL = { waitMs: 0 }

/** Takes the lock, and lets it go when told. */
async function holder(data: string, instance = 'default') {
  const letGo = Promise.withResolvers<void>()
  const hasIt = Promise.withResolvers<void>()
  const done = withInstanceLock(data, instance, LONG, async () => {
    hasIt.resolve()
    await letGo.promise
  })
  await hasIt.promise
  return {
    letGo: () => {
      letGo.resolve()
      return done
    },
  }
}

describe("an instance's lock", () => {
  it('lets one work after the other', async () => {
    const data = await tempFolder()
    const events: string[] = []
    const first = Promise.withResolvers<void>()
    const firstIn = Promise.withResolvers<void>()
    const one = withInstanceLock(data, 'default', LONG, async () => {
      events.push('first in')
      firstIn.resolve()
      await first.promise
      events.push('first out')
    })
    await firstIn.promise
    const two = withInstanceLock(data, 'default', LONG, async () => void events.push('second in'))
    const other = withInstanceLock(data, 'other', LONG, async () => void events.push('other in'))
    await other
    first.resolve()
    await Promise.all([one, two])
    expect(events).toEqual(['first in', 'other in', 'first out', 'second in'])
  })

  it('does not block when a dead process left it dated in the future', async () => {
    const data = await tempFolder()
    const lock = join(data, 'instances', 'default.lock')
    await mkdir(lock, { recursive: true })
    const tomorrow = new Date(Date.now() + 86_400_000)
    await utimes(lock, tomorrow, tomorrow)
    let elapsedMs = 0
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => (elapsedMs += 6000))
    onTestFinished(() => clock.mockRestore())
    expect(await withInstanceLock(data, 'default', { waitMs: 15_000 }, async () => 'done')).toBe('done')
  })

  it('is not waited for longer than asked', async () => {
    const data = await tempFolder()
    const error = await withInstanceLock(data, 'default', LONG, () =>
      refusal(() => withInstanceLock(data, 'default', NOT_AT_ALL, async () => {})),
    )
    expect(error).toMatchObject({ code: 'INSTANCE_BUSY', exitCode: 3 })
  })

  it('is released when the work fails, or removes the folder', async () => {
    const data = await tempFolder()
    const failing = withInstanceLock(data, 'default', LONG, () => Promise.reject(new Error('work')))
    await expect(failing).rejects.toThrow('work')
    await withInstanceLock(data, 'default', NOT_AT_ALL, () => removeInstance(data, 'default'))
    await withInstanceLock(data, 'default', NOT_AT_ALL, async () => {})
  })

  it('says so when there is no place for it', async () => {
    const folder = await tempFolder()
    await writeFile(join(folder, 'data'), '')
    const error = await refusal(() =>
      withInstanceLock(join(folder, 'data'), 'default', NOT_AT_ALL, async () => {}),
    )
    expect(error.code).toBe('STATE_UNWRITABLE')
    expect(error.why).toMatch(/ENOTDIR|EEXIST/)
  })

  it('is held while the folder is removed, and then goes to who waits', async () => {
    const data = await tempFolder()
    const folder = join(data, 'instances', 'default')
    await mkdir(folder, { recursive: true })
    const first = await holder(data)
    await rm(folder, { recursive: true })
    const busy = await refusal(() => withInstanceLock(data, 'default', NOT_AT_ALL, async () => {}))
    expect(busy.code).toBe('INSTANCE_BUSY')
    const second = withInstanceLock(data, 'default', LONG, async (given) => given)
    await first.letGo()
    expect(await second).toBe(folder)
  })

  it('a lock creates no instance and leaves no file', async () => {
    const data = await tempFolder()
    const { letGo } = await holder(data)
    expect(await listInstances(data)).toEqual([])
    await letGo()
    expect(await readdir(join(data, 'instances'))).toEqual([])
  })
})

describe('who waits for the lock', () => {
  it('the lock reports its wait once, and only when another process has it', async () => {
    const data = await tempFolder()
    const steps: string[] = []
    const waiting: Waiting = { waitMs: 600, onStep: (step) => void steps.push(step) }
    await withInstanceLock(data, 'default', waiting, async () => {})
    expect(steps).toEqual([])
    const { letGo } = await holder(data)
    expect((await refusal(() => withInstanceLock(data, 'default', waiting, async () => {}))).code).toBe(
      'INSTANCE_BUSY',
    )
    expect(steps).toMatchInlineSnapshot(`
      [
        "Waiting for another mcp-keycloak, which works on instance "default"",
      ]
    `)
    await letGo()
  })

  it('the wait for the lock can be interrupted', async () => {
    const data = await tempFolder()
    const { letGo } = await holder(data)
    const interrupt = new AbortController()
    const waiting = { ...LONG, onStep: () => interrupt.abort(), signal: interrupt.signal }
    const error = await refusal(() => withInstanceLock(data, 'default', waiting, async () => {}))
    expect(error.code).toBe('INTERRUPTED')
    await letGo()
  })
})
