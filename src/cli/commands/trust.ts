import { resolve } from 'node:path'

import type { ChalkInstance } from 'chalk'
import { type Command, Option } from 'commander'
import type { TrustReport } from '../../operations/trust.ts'
import type { CommandContext } from '../context.ts'
import { title } from '../render.ts'

interface TrustFlags {
  readonly revoke?: boolean
  readonly list?: boolean
}

/** Adds `mcp-keycloak trust`, which lets a config file decide where passwords go and which program runs. */
export function addTrustCommand(program: Command, { output }: CommandContext): void {
  const command = program
    .command('trust')
    .description("trust this project's config file, which then decides where passwords go and what runs")
    .argument('[folder]', 'folder of the project', '.')
    .addOption(new Option('--revoke', 'stop trusting it').conflicts('list'))
    .option('--list', 'list the trusted config files')
  command.action(async (folder: string, { revoke = false, list = false }: TrustFlags) => {
    const { listTrust, revokeTrust, trust } = await import('../../operations/trust.ts')
    const { trustLines } = await import('../../config/trust.ts')
    const out = output(command)
    const place = resolve(folder)
    const report = await (list ? listTrust() : revoke ? revokeTrust(place) : trust(place))
    out.result(report, (_, chalk) => renderTrust(report, chalk, trustLines))
  })
}

/** Renders each file with the values that the user trusts. */
function renderTrust(
  { files }: TrustReport,
  chalk: ChalkInstance,
  lines: (values: TrustReport['files'][number]['values']) => string[],
): string[] {
  if (files.length === 0) return [title(chalk, 'No config file is trusted.')]
  return files.flatMap(({ path, values, trusted }) => {
    const shown = lines(values)
    const state = trusted ? 'Trusted' : 'Not trusted'
    const line = trusted && shown.length === 0 ? `${path} needs no trust.` : `${state}: ${path}`
    return [title(chalk, line), ...shown.map((line) => `  ${line}`)]
  })
}
