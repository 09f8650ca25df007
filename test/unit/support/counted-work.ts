import { Session } from 'node:inspector/promises'

/**
 * Counts how often blocks of JavaScript run while some work is done: a measure of work that no busy machine changes.
 * Work inside of Node itself (a regular expression, `indexOf`) is not counted.
 *
 * @param files parts of the paths of the files that count
 */
export async function countedWork(files: readonly string[], work: () => unknown): Promise<number> {
  const session = new Session()
  session.connect()
  try {
    await session.post('Profiler.enable')
    await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true })
    await work() // a function is counted from its first run on
    await session.post('Profiler.takePreciseCoverage') // and forgets the counts until then
    await work()
    const { result } = await session.post('Profiler.takePreciseCoverage')
    return result
      .filter(({ url }) => files.some((file) => url.includes(file)))
      .flatMap(({ functions }) => functions)
      .flatMap(({ ranges }) => ranges)
      .reduce((sum, { count }) => sum + count, 0)
  } finally {
    await session.post('Profiler.stopPreciseCoverage')
    session.disconnect()
  }
}
