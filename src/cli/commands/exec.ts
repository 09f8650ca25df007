import { isatty } from 'node:tty'

import type { Command } from 'commander'

import { McpKeycloakError } from '../../errors.ts'
import type { CommandContext } from '../context.ts'
import { UP_KEYS, withConfigOptions } from '../options.ts'
import { resolveOptions } from '../resolve-options.ts'
import { renderTimings } from './up.ts'

interface ExecFlags {
  readonly ephemeral?: boolean
  readonly showSecrets?: boolean
}

/** `mcp-keycloak exec`: a command with the realm in its environment. */
export function addExecCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('exec')
    .usage('[options] -- <command> [arguments...]')
    .description('start Keycloak if needed, run a command with what env prints, end with its exit code')
    .argument('[command...]', 'what to run; options after -- are its own')
    .option('--ephemeral', 'with an instance of its own on free ports, removed afterwards')
    .option('--show-secrets', "the administrator's name and password too")
  withConfigOptions(command, UP_KEYS).action(
    async (words: readonly string[], { ephemeral = false, showSecrets = false }: ExecFlags) => {
      const { exec } = await import('../../operations/exec.ts')
      const out = context.output(command)
      if (out.options.json) throw notJson()
      const resolved = await resolveOptions(command, out)
      const exitCode = await exec(resolved, words, {
        ephemeral,
        showSecrets,
        signal: context.signal,
        hurry: context.hurry,
        takeSignals: context.takeSignals,
        onTerminal: [0, 1, 2].some((descriptor) => isatty(descriptor)),
        restart: out.options.yes === true,
        onStep: out.step,
        onWarning: (text) => out.warn([text]),
        onInterrupted: (outcome) => out.note(`Interrupted: ${outcome}`),
        onReady: (report) => {
          if (out.options.verbose) out.note(...renderTimings(report, out.chalkStderr))
          const { version, endpoints } = report
          out.note(`Running ${words[0]} with the realm ${endpoints.issuer} (Keycloak ${version})`)
        },
      })
      out.result(undefined, () => [], exitCode)
    },
  )
}

function notJson(): McpKeycloakError {
  return new McpKeycloakError('USAGE_INVALID', {
    what: 'exec has no --json.',
    why: 'Standard output belongs to the command that it runs.',
    fix: 'For the variables: mcp-keycloak env --json. An option of the command comes after --.',
  })
}
