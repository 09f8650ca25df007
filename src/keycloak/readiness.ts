import { setTimeout as sleep } from 'node:timers/promises'

import { McpKeycloakError, throwIfInterrupted } from '../errors.ts'
import { lastErrors } from './log/server-log.ts'

/** Interval between requests, short enough to notice a ready server at once. */
const POLL_MS = 100

/** Interval between process checks. Long, because a check may start a program (`docker ps`) while the server needs every core. */
const ALIVE_POLL_MS = 1000

/** Limit for one response, so that it does not delay the deadline. */
const ANSWER_TIMEOUT_MS = 5000

/** The addresses that answer when a server is ready. */
export interface ReadinessTarget {
  /** URLs that must answer 200: health on the management port, a realm's discovery document. */
  readonly urls: readonly string[]
  readonly timeoutMs: number
  /** Whether the server still runs. */
  readonly isAlive: () => Promise<boolean>
  readonly lastLog: (lines: number) => Promise<readonly string[]>
  readonly signal: AbortSignal | undefined
  /** The fix for more time. Default: the command's option. */
  readonly moreTime?: string
}

/**
 * Waits until every URL answers 200.
 *
 * @throws {McpKeycloakError} `KEYCLOAK_EXITED` when the server dies, `KEYCLOAK_NOT_READY` when the time is up;
 * both quote the last errors of its log
 */
export async function waitUntilReady(target: ReadinessTarget): Promise<void> {
  const deadline = Date.now() + target.timeoutMs
  let askedAt = 0
  for (;;) {
    throwIfInterrupted(target.signal)
    const ready = await Promise.all(target.urls.map((url) => answers(url)))
    if (ready.every(Boolean)) return
    const isDue = Date.now() >= Math.min(askedAt + ALIVE_POLL_MS, deadline)
    if (isDue) askedAt = Date.now()
    if (isDue && !(await target.isAlive()))
      throw await failure('KEYCLOAK_EXITED', 'Keycloak stopped while it was starting.', target)
    if (Date.now() >= deadline) {
      const seconds = Math.round(target.timeoutMs / 1000)
      throw await failure('KEYCLOAK_NOT_READY', `Keycloak was not ready after ${seconds} seconds.`, target)
    }
    await sleep(POLL_MS)
  }
}

/** Checks whether a URL answers 200 now. */
export async function answers(url: string, timeoutMs = ANSWER_TIMEOUT_MS): Promise<boolean> {
  return fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(timeoutMs) }).then(
    async (response) => {
      await response.body?.cancel()
      return response.ok
    },
    () => false,
  )
}

async function failure(
  code: 'KEYCLOAK_EXITED' | 'KEYCLOAK_NOT_READY',
  what: string,
  target: ReadinessTarget,
): Promise<McpKeycloakError> {
  const errors = lastErrors(await target.lastLog(200))
  return new McpKeycloakError(code, {
    what,
    why: errors.length > 0 ? ['The last of its log:', ...errors] : 'It wrote nothing to its log.',
    fix:
      code === 'KEYCLOAK_EXITED'
        ? 'Fix what the log says, then run the command again.'
        : `Give it more time: ${target.moreTime ?? '--timeout 300'}`,
  })
}
