import type { WaitStrategy } from 'testcontainers'

import { waitUntilReady } from '../../keycloak/readiness.ts'

/** testcontainers' handle of the engine's container. */
export type EngineContainer = Parameters<WaitStrategy['waitUntilReady']>[0]

/** Size of the engine's header before each piece of log: its stream and its length. */
const LOG_HEADER_BYTES = 8

/** Waits for health and for realm `master`. On failure, quotes the log's last errors. */
export class KeycloakReadiness implements WaitStrategy {
  #startupTimeoutMs: number
  #isSet = false
  readonly #urls: readonly string[]

  /**
   * @param urls the URLs that must all answer with 200
   * @param startupTimeoutMs default, unless the container sets another timeout
   */
  constructor(urls: readonly string[], startupTimeoutMs: number) {
    this.#urls = urls
    this.#startupTimeoutMs = startupTimeoutMs
  }

  /** @throws {McpKeycloakError} `KEYCLOAK_EXITED`, `KEYCLOAK_NOT_READY` */
  async waitUntilReady(container: EngineContainer): Promise<void> {
    await waitUntilReady({
      urls: this.#urls,
      timeoutMs: this.#startupTimeoutMs,
      isAlive: async () => (await container.inspect()).State.Running,
      lastLog: (lines) => lastLog(container, lines),
      signal: undefined,
      moreTime: 'withStartupTimeout(300_000)',
    })
  }

  withStartupTimeout(startupTimeoutMs: number): this {
    this.#startupTimeoutMs = startupTimeoutMs
    this.#isSet = true
    return this
  }

  isStartupTimeoutSet(): boolean {
    return this.#isSet
  }

  getStartupTimeout(): number {
    return this.#startupTimeoutMs
  }
}

/** Returns the last lines of a container's log. */
export async function lastLog(container: EngineContainer, lines: number): Promise<readonly string[]> {
  const log = await container.logs({ follow: false, stdout: true, stderr: true, tail: lines })
  return withoutHeaders(log).split('\n').filter(Boolean)
}

/**
 * Removes the headers from a log.
 *
 * @see {@link https://docs.docker.com/reference/api/engine/#tag/Container/operation/ContainerAttach Docker: stream format}
 */
function withoutHeaders(log: Buffer): string {
  const pieces: Buffer[] = []
  for (let at = 0; at + LOG_HEADER_BYTES <= log.length; ) {
    const end = at + LOG_HEADER_BYTES + log.readUInt32BE(at + 4)
    pieces.push(log.subarray(at + LOG_HEADER_BYTES, end))
    at = end
  }
  return Buffer.concat(pieces).toString('utf8')
}
