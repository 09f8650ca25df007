import { basename } from 'node:path'

import type { ChalkInstance } from 'chalk'

import { command } from '../../../config/command.ts'
import type { ResolvedConfig } from '../../../config/resolve.ts'
import { errorReport } from '../../../operations/error-report.ts'
import type { UpReport } from '../../../operations/up.ts'
import type { WatchEvent, WatchLine } from '../../../operations/watch/watch-realm.ts'
import type { CommandContext } from '../../context.ts'
import type { Output } from '../../output.ts'
import { seconds, shownTime, title } from '../../render.ts'

type Lines = (value: unknown, chalk: ChalkInstance) => readonly string[]

/** Prints the report of `up`, then watches until a signal. */
type Watch = (report: UpReport, render: Lines, context: CommandContext, out: Output) => Promise<void>

/** Remembers the files before `up` reads them. Returns the watch that follows. */
export async function startWatching(
  resolved: ResolvedConfig,
  resolve: () => Promise<ResolvedConfig>,
): Promise<Watch> {
  const { fileStates } = await import('../../../operations/watch/file-states.ts')
  const { filesOf, watchRealm } = await import('../../../operations/watch/watch-realm.ts')
  const since = await fileStates(filesOf(resolved))
  return async (report, render, { untilInterrupted: signal, uninterrupted }, out) => {
    out.value(line({ event: 'up', up: report }), render)
    if (!out.options.json) out.warn(report.warnings)
    const isDifferent = report.realm === 'different'
    const events = watchRealm(resolved, { resolve, since, isDifferent, signal, uninterrupted })
    for await (const event of events) show(event, out)
    out.value(line({ event: 'ended' }), () => [])
    out.note(`The watch has ended. Keycloak keeps running. To stop it: ${command('down')}`)
  }
}

function show(event: WatchEvent, out: Output): void {
  const { files } = event
  if (event.event === 'watching') {
    out.value(line({ event: 'watching', files }), () => [])
    out.note(
      `Watching ${files.map((file) => basename(file)).join(', ')}. Ctrl-C ends the watch; Keycloak keeps running.`,
    )
  } else if (event.event === 'reset') {
    const { reset } = event
    out.value(line({ event: 'reset', files, reset }), (_, chalk) => [
      title(
        chalk,
        `${now()} ${names(files)}: the realm "${reset.endpoints.realm}" is reset  (${seconds(reset.elapsedMs)})`,
      ),
    ])
    if (!out.options.json) out.warn(reset.warnings)
  } else if (out.options.json) {
    out.value(line({ event: 'refused', files, error: errorReport(event.error).error }), () => [])
  } else {
    out.error(event.error)
    out.note(`${now()} ${names(files)}: the realm is unchanged. Waiting for the next change.`)
  }
}

function names(files: readonly string[]): string {
  return files.length === 0
    ? 'Its options changed'
    : `${files.map((file) => basename(file)).join(', ')} changed`
}

function now(): string {
  return shownTime(new Date().toISOString())
}

function line({ event, ...parts }: Pick<WatchLine, 'event'> & Partial<WatchLine>): WatchLine {
  const at = new Date().toISOString()
  return { schemaVersion: 1, event, at, files: [], up: null, reset: null, error: null, ...parts }
}
