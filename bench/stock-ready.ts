import { setTimeout as sleep } from 'node:timers/promises'

const POLL_MS = 100
const LIMIT_MS = 300_000

/**
 * Waits until a stock server's realm answers.
 *
 * @param isGone the server has ended by itself
 */
export async function stockReady(port: number, isGone: () => boolean = () => false): Promise<void> {
  const url = `http://localhost:${port}/realms/fastmcp/.well-known/openid-configuration`
  const isUp = () =>
    fetch(url).then(
      async (response) => {
        await response.body?.cancel()
        return response.ok
      },
      () => false,
    )
  const deadline = Date.now() + LIMIT_MS
  while (!(await isUp())) {
    if (isGone()) throw new Error('the stock server stopped while it started')
    if (Date.now() > deadline) throw new Error(`the stock server does not answer at ${url}`)
    await sleep(POLL_MS)
  }
}
