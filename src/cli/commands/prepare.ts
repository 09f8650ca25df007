import type { ChalkInstance } from 'chalk'
import type { Command } from 'commander'

import { COMMAND_KEYS } from '../../config/command-keys.ts'
import type { PrepareReport } from '../../operations/prepare.ts'
import { configCommand } from '../config-command.ts'
import type { CommandContext } from '../context.ts'
import { megabytes, seconds, title } from '../render.ts'

/** The value of `ARCHIVE_QUIET_SECONDS` for a server that does nothing else. */
const QUIET_SECONDS = '3'

/** Adds `mcp-keycloak prepare`, which fills the cache for new instances. */
export function addPrepareCommand(program: Command, context: CommandContext): void {
  configCommand(program, context, {
    name: 'prepare',
    description: 'download and build everything that new instances share, for a CI image or a cached folder',
    keys: COMMAND_KEYS.prepare,
    run: async ({ resolved, out }) => {
      process.env.ARCHIVE_QUIET_SECONDS ??= QUIET_SECONDS
      const { prepare } = await import('../../operations/prepare.ts')
      const options = { onStep: out.step, signal: context.signal, hurry: context.hurry }
      out.result(await prepare(resolved, options), renderPrepare)
    },
  })
}

const PARTS: Readonly<Record<PrepareReport['parts'][number]['name'], string>> = {
  distribution: "Keycloak's distribution",
  archive: 'class-data archive',
  build: "Keycloak's own build",
  database: 'template of the database',
}

/** Renders the parts with their sizes. */
function renderPrepare(report: PrepareReport, chalk: ChalkInstance): string[] {
  const { version, runtime, parts, bytes, cache, elapsedMs } = report
  const rows = parts.map(
    (part) => `  ${PARTS[part.name].padEnd(26)}${megabytes(part.bytes).padStart(9)}  ${part.path}`,
  )
  return [
    title(chalk, `Keycloak ${version} is prepared for the runtime ${runtime} (${seconds(elapsedMs)}).`),
    ...rows,
    `  ${'together'.padEnd(26)}${megabytes(bytes).padStart(9)}  ${cache}`,
  ]
}
