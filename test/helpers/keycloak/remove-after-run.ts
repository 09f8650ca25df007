// A separate process. It waits for the end of the test run that started it, then removes the run's Keycloak. A run that
// a signal ends does no work of its own any more.
// Usage: node remove-after-run.ts <data folder> <instance>, with a pipe from the run as standard input.
import { rm } from 'node:fs/promises'

import { resolveConfig } from '../../../src/config/resolve.ts'
import { down } from '../../../src/operations/down.ts'

const [dataFolder = '', instance = ''] = process.argv.slice(2)
process.stdin.resume()
process.stdin.once('close', async () => {
  const { config } = await resolveConfig({ flags: { dataFolder, instance }, env: {}, cwd: dataFolder })
  await down(config, { purge: true })
  await rm(dataFolder, { recursive: true, force: true })
})
