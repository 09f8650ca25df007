import type { Command } from 'commander'

import { COMMAND_KEYS } from '../../config/command-keys.ts'
import { EXIT_CODES } from '../../errors.ts'
import { configCommand } from '../config-command.ts'
import type { CommandContext } from '../context.ts'
import { renderRealmDiff, renderRealmFile } from './realm.render.ts'
import { addRealmAdoptCommand } from './realm-adopt.ts'

interface FileFlags {
  readonly output?: string
  readonly overlay?: boolean
}

/** Adds `mcp-keycloak realm render`, `realm diff`, `realm export` and `realm adopt`. */
export function addRealmCommand(program: Command, context: CommandContext): void {
  const realm = program.command('realm').description('the realm as a file, and compared with the server')
  const output = ['--output <file>', 'write it there; a file that is there is replaced'] as const
  configCommand<FileFlags>(realm, context, {
    name: 'render',
    description: "the realm as `up` would apply it, in Keycloak's format; needs no server",
    options: [output],
    keys: COMMAND_KEYS['realm render'],
    run: async ({ config, out, flags }) => {
      const { realmRender } = await import('../../operations/realm/realm-render.ts')
      out.result(await realmRender(config, flags.output), renderRealmFile)
    },
  })
  configCommand(realm, context, {
    name: 'diff',
    description:
      'in what the realm on the server differs from the one that `up` would make (exit 6: it does)',
    keys: COMMAND_KEYS['realm diff'],
    abortsEarly: true,
    run: async ({ config, out }) => {
      const { realmDiff } = await import('../../operations/realm/realm-diff.ts')
      const report = await realmDiff(config, { onStep: out.step, signal: context.signal })
      out.result(report, renderRealmDiff, report.drift.length > 0 ? EXIT_CODES.faultFound : EXIT_CODES.done)
    },
  })
  configCommand<FileFlags>(realm, context, {
    name: 'export',
    description:
      'the realm on the server as a file that `up --realm-file` applies: no ids, no defaults, no secrets',
    options: [
      ['--overlay', 'only what differs from the realm that `up` would make, for `up --with`'],
      output,
    ],
    keys: COMMAND_KEYS['realm export'],
    abortsEarly: true,
    run: async ({ config, out, flags }) => {
      const { realmExport } = await import('../../operations/realm/realm-export.ts')
      const { signal } = context
      out.result(await realmExport(config, { ...flags, onStep: out.step, signal }), renderRealmFile)
    },
  })
  addRealmAdoptCommand(realm, context)
}
