import type { Command } from 'commander'
import type { ResolvedConfig } from '../config/resolve.ts'
import type { TrustRequest } from '../config/trust.ts'
import { askForYes } from './confirm.ts'
import { configFlags } from './options.ts'
import type { Output } from './output.ts'

/**
 * Resolves the options of a command. On a terminal, asks whether to trust a config file that decides where passwords
 * go or which program runs.
 *
 * @param signal the command's own signal, if it has read it
 * @throws {McpKeycloakError} as `resolveConfig`
 */
export async function resolveOptions(
  command: Command,
  out: Output,
  signal?: AbortSignal,
): Promise<ResolvedConfig> {
  const { resolveConfig } = await import('../config/resolve.ts')
  let isNew = false
  const askTrust = async (request: TrustRequest) => {
    const { trustLines } = await import('../config/trust.ts')
    const question = [
      `The config file ${request.path} is not trusted yet. It sets:`,
      ...trustLines(request.values).map((line) => `  ${line}`),
      'Trust it?',
    ]
    isNew = await askForYes(question, out.options, signal)
    return isNew
  }
  const resolved = await resolveConfig({ flags: configFlags(command), askTrust })
  if (isNew && resolved.trusted) {
    const { rememberTrust } = await import('../operations/trust.ts')
    await rememberTrust(resolved.trusted)
  }
  out.warnWithResult(resolved.warnings)
  return resolved
}
