// A separate process. It waits for the end of the test run that started it, then removes the run's remains.
// Usage: node reaper.js <data folder> <name>, with a pipe from the run as standard input.
import { resolveConfig } from '../config/resolve.ts'
import { removeSandbox } from './sandbox.ts'

const [dataFolder = '', name = ''] = process.argv.slice(2)
process.stdin.resume()
process.stdin.once('close', async () => {
  const { config } = await resolveConfig({ flags: { dataFolder }, configFile: false })
  await removeSandbox(config, { name })
})
