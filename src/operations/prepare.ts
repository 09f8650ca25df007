import { z } from 'zod'

import { command } from '../config/command.ts'
import { folders } from '../config/folders.ts'
import type { ResolvedConfig } from '../config/resolve.ts'
import { McpKeycloakError } from '../errors.ts'
import { keptPartSchema } from '../runtime/kept-parts.ts'
import { runtimeOf } from '../runtime/select.ts'
import { readState } from '../runtime/state/state.ts'
import { withEphemeralInstance } from './ephemeral.ts'
import { type UpOptions, up } from './up.ts'

/** `prepare --json`: the parts that new instances share. */
export const prepareReportSchema = z.strictObject({
  schemaVersion: z.literal(1),
  runtime: z.enum(['compose', 'java']),
  version: z.string(),
  /** The cache folder. */
  cache: z.string(),
  parts: z.array(keptPartSchema).readonly(),
  bytes: z.number(),
  elapsedMs: z.number(),
  warnings: z.array(z.string()).readonly(),
})

/** The parts that new instances share. */
export type PrepareReport = Readonly<z.infer<typeof prepareReportSchema>>

/**
 * Puts everything in the cache that new instances share: starts an instance of its own, waits for its parts, and removes it.
 *
 * @throws {McpKeycloakError} `USAGE_INVALID` for an external Keycloak; the errors of {@link up}
 */
export async function prepare(resolved: ResolvedConfig, options: UpOptions = {}): Promise<PrepareReport> {
  const { onStep = () => {}, signal, hurry } = options
  const startedAt = Date.now()
  if (resolved.config.keycloakUrl !== undefined) throw externalServer(resolved.config.keycloakUrl)
  const warnings: string[] = []
  const onWarning = (text: string) => void warnings.push(text)
  const { runtime, version, parts } = await withEphemeralInstance(
    resolved,
    { onStep, onWarning, signal, hurry },
    async (config) => {
      const report = await up(config, options)
      report.warnings.forEach(onWarning)
      const { data, cache } = folders(config)
      const { state } = await readState(data, config.instance)
      if (!state) throw new Error('an instance that was just started has a state')
      onStep('Waiting for the parts that new instances share')
      const parts = await runtimeOf(state, config, cache).finishCache(state, signal)
      return { runtime: state.runtime, version: state.version, parts }
    },
  )
  return {
    schemaVersion: 1,
    runtime,
    version,
    cache: folders(resolved.config).cache,
    parts,
    bytes: parts.reduce((sum, part) => sum + part.bytes, 0),
    elapsedMs: Date.now() - startedAt,
    warnings,
  }
}

function externalServer(url: string): McpKeycloakError {
  return new McpKeycloakError('USAGE_INVALID', {
    what: 'prepare has nothing to do for an external Keycloak.',
    why: `The options name the Keycloak at ${url}.`,
    fix: `Leave the URL out: ${command('prepare')}`,
  })
}
