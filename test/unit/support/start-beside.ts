import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

import { configSchema } from '../../../src/config/schema.ts'
import { startInstance } from '../../../src/instance/start-instance.ts'
import { withInstanceLock } from '../../../src/runtime/state/instance-lock.ts'
import { fakeRuntime } from './fake-runtime.ts'

/**
 * A process of its own that starts an instance on a played runtime, which is prepared when `count` processes are: the
 * library that looks for free ports gives none twice within one process. Prints the ports.
 */
const [data = '', instance = '', meetingPoint = '', count = '1'] = process.argv.slice(2)
const runtime = {
  ...fakeRuntime(),
  prepare: async () => {
    await writeFile(join(meetingPoint, instance), '')
    while ((await readdir(meetingPoint)).length < Number(count)) await sleep(10)
  },
}
const listener = { onStep: () => {}, onWarning: () => {}, signal: undefined }
const { state } = await withInstanceLock(data, instance, { waitMs: 0 }, (folder) =>
  startInstance(runtime, configSchema.parse({ instance }), undefined, data, {
    instance,
    folder,
    ...listener,
  }),
)
process.stdout.write(JSON.stringify([state.port, state.managementPort]))
