// A process of its own: waits until the test run that started it is gone, however it ended, and removes what it left.
// Usage: node reaper.js <folder>, with the run's end of a pipe as standard input.
import { resolveConfig } from '../config/resolve.ts'
import { removeWorkshop } from './workshop.ts'

const [folder = ''] = process.argv.slice(2)
process.stdin.resume()
process.stdin.once('close', async () => {
  const { config } = await resolveConfig()
  await removeWorkshop(config, folder)
})
