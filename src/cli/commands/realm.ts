import type { Command } from 'commander'

import { REALM_OPTION_KEYS } from '../../config/realm-options.ts'
import { EXIT_CODES } from '../../errors.ts'
import type { CommandContext } from '../context.ts'
import { INSTANCE_KEYS, withConfigOptions } from '../options.ts'
import { resolveOptions } from '../resolve-options.ts'
import { renderRealmDiff, renderRealmFile } from './render-realm.ts'

interface FileFlags {
  readonly output?: string
  readonly overlay?: boolean
}

/** `mcp-keycloak realm render`, `realm diff` and `realm export`: the realm as data. */
export function addRealmCommand(program: Command, context: CommandContext): void {
  const realm = program.command('realm').description('the realm as a file, and compared with the server')
  addRender(realm, context)
  addDiff(realm, context)
  addExport(realm, context)
}

function addRender(realm: Command, { output }: CommandContext): void {
  const command = realm
    .command('render')
    .description("the realm as `up` would apply it, in Keycloak's format; needs no server")
    .option('--output <file>', 'write it there; a file that is there is replaced')
  withConfigOptions(command, ['realm', ...REALM_OPTION_KEYS]).action(async (flags: FileFlags) => {
    const { realmRender } = await import('../../operations/realm/realm-render.ts')
    const out = output(command)
    const { config } = await resolveOptions(command, out)
    out.result(await realmRender(config, flags.output), renderRealmFile)
  })
}

function addDiff(realm: Command, context: CommandContext): void {
  const command = realm
    .command('diff')
    .description(
      'in what the realm on the server differs from the one that `up` would make (exit 6: it does)',
    )
  withConfigOptions(command, [...INSTANCE_KEYS, 'realm', ...REALM_OPTION_KEYS]).action(async () => {
    const { realmDiff } = await import('../../operations/realm/realm-diff.ts')
    const out = context.output(command)
    const { signal } = context
    const { config } = await resolveOptions(command, out, signal)
    const report = await realmDiff(config, { onStep: out.step, signal })
    out.result(report, renderRealmDiff, report.drift.length > 0 ? EXIT_CODES.faultFound : EXIT_CODES.done)
  })
}

function addExport(realm: Command, context: CommandContext): void {
  const command = realm
    .command('export')
    .description(
      'the realm on the server as a file that `up --realm-file` applies: no ids, no defaults, no secrets',
    )
    .option('--overlay', 'only what differs from the realm that `up` would make, for `up --with`')
    .option('--output <file>', 'write it there; a file that is there is replaced')
  withConfigOptions(command, [...INSTANCE_KEYS, 'realm', ...REALM_OPTION_KEYS]).action(
    async (flags: FileFlags) => {
      const { realmExport } = await import('../../operations/realm/realm-export.ts')
      const out = context.output(command)
      const { signal } = context
      const { config } = await resolveOptions(command, out, signal)
      const report = await realmExport(config, { ...flags, onStep: out.step, signal })
      out.result(report, renderRealmFile)
    },
  )
}
