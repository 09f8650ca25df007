import { isatty } from 'node:tty'

import type { Command } from 'commander'

import { command } from '../../config/command.ts'
import { COMMAND_KEYS } from '../../config/command-keys.ts'
import { McpKeycloakError } from '../../errors.ts'
import { configCommand } from '../config-command.ts'
import type { CommandContext } from '../context.ts'
import type { Output } from '../output.ts'
import { renderTimings } from './up.render.ts'

interface ExecFlags {
  readonly ephemeral?: boolean
  readonly showSecrets?: boolean
}

/** Adds `mcp-keycloak exec`, which runs a command with the realm in its environment. */
export function addExecCommand(program: Command, context: CommandContext): void {
  configCommand<ExecFlags, readonly string[]>(program, context, {
    name: 'exec',
    usage: '[options] -- <command> [arguments...]',
    description: 'start Keycloak if needed, run a command with what env prints, end with its exit code',
    argument: ['[command...]', 'what to run; options after -- are its own'],
    options: [
      ['--ephemeral', 'with an instance of its own on free ports, removed afterwards'],
      ['--show-secrets', "the administrator's name and password too"],
    ],
    keys: COMMAND_KEYS.exec,
    check: refuseJson,
    run: async ({ resolved, out, argument: words, flags: { ephemeral = false, showSecrets = false } }) => {
      const { exec } = await import('../../operations/exec.ts')
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
          const { version, endpoints, alreadyRunning } = report
          const reused = alreadyRunning ? ', which was already running' : ''
          out.note(`Running ${words[0]} with the realm ${endpoints.issuer} (Keycloak ${version}${reused})`)
        },
      })
      out.result(undefined, () => [], exitCode)
    },
  })
}

function refuseJson({ options }: Output): void {
  if (!options.json) return
  throw new McpKeycloakError('USAGE_INVALID', {
    what: 'exec has no --json.',
    why: 'Standard output belongs to the command that it runs.',
    fix: `For the variables: ${command('env', { json: true })}. An option of the command comes after --.`,
  })
}
