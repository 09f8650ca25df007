// A process of its own: waits until the test run that started it is gone, however it ended, and removes what it left.
// Usage: node reaper.js <data folder> <name>, with the run's end of a pipe as standard input.
import { resolveConfig } from '../config/resolve.ts'
import { removeWorkshop } from './workshop.ts'

const [dataFolder = '', name = ''] = process.argv.slice(2)
process.stdin.resume()
process.stdin.once('close', async () => {
  const { config } = await resolveConfig({ flags: { dataFolder }, configFile: false })
  await removeWorkshop(config, { name })
})
