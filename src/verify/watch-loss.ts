import { setTimeout as sleep } from 'node:timers/promises'

import { Fault } from '../checks/finding.ts'
import { McpKeycloakError } from '../errors.ts'
import { type Fetch, TimedOut } from '../oauth/bounded-fetch.ts'
import { networkFault } from './network-fault.ts'

/** A `fetch` that notices when a server stops answering. */
export interface LossWatch {
  readonly fetch: Fetch
  /** The fault of a server that stopped; `undefined` while it answers. */
  lost(): Fault | undefined
}

/** Time until a failed request is sent again: a server may restart. */
const RESTART_MS = 1_500

/**
 * Sends a failed request again, when the server has answered before. When it fails again, asks whether the server answers at
 * all. A server that does not is lost: nothing more is sent.
 *
 * @param url the MCP URL
 */
export function watchLoss(fetch: Fetch, url: URL, restartMs = RESTART_MS): LossWatch {
  let answered = 0
  let lost: Fault | undefined
  const counted: Fetch = async (input, init) => {
    const response = await fetch(input, init)
    answered++
    return response
  }
  const retry: Fetch = async (input, init) => {
    await sleep(restartMs)
    return counted(input, init)
  }
  const look = () =>
    fetch(url, { method: 'POST' }).then(
      (response) => response.body?.cancel(),
      (error: unknown) => {
        lost ??= new Fault({
          what: 'It stopped answering during the checks.',
          why: `Its answers until then: ${answered}. Now: ${networkFault(url, error).finding.what}`,
          fix: "Look at the server's log for the reason. Start it, and run this command again.",
        })
      },
    )
  return {
    lost: () => lost,
    async fetch(input, init) {
      if (lost) throw lost
      const again = input instanceof Request ? input.clone() : input
      try {
        return await counted(input, init)
      } catch (error) {
        if (answered === 0 || error instanceof McpKeycloakError) throw error
        const retried = error instanceof TimedOut ? Promise.reject(error) : retry(again, init)
        return retried.catch(async (last: unknown) => {
          await look()
          throw lost ?? last
        })
      }
    },
  }
}
