import { type Command, Option } from 'commander'

import { COMMAND_KEYS } from '../../config/command-keys.ts'
import type { EnvReport } from '../../operations/env.ts'
import { printableJson } from '../../printable.ts'
import { configCommand } from '../config-command.ts'
import type { CommandContext } from '../context.ts'

const FORMATS = ['dotenv', 'json', 'shell', 'github'] as const

interface EnvFlags {
  readonly format: (typeof FORMATS)[number]
  readonly showSecrets?: boolean
}

/** Adds `mcp-keycloak env`, which prints the realm as environment variables. */
export function addEnvCommand(program: Command, context: CommandContext): void {
  configCommand<EnvFlags>(program, context, {
    name: 'env',
    description: 'the running realm as environment variables, secrets of its clients included',
    options: [
      new Option('--format <format>', 'how to print them; github appends to $GITHUB_ENV')
        .choices(FORMATS)
        .default('dotenv'),
      ['--show-secrets', "the administrator's name and password too"],
    ],
    keys: COMMAND_KEYS.env,
    run: async ({ config, out, flags: { format, showSecrets = false } }) => {
      const { appendToGithubEnv, env } = await import('../../operations/env.ts')
      const { dotenv, githubMasks, shell } = await import('../../operations/env-formats.ts')
      const report = await env(config, { showSecrets })
      const { variables, secret } = report
      if (format === 'github') {
        await appendToGithubEnv(report, process.env.GITHUB_ENV)
        out.command(githubMasks(secret.map((name) => variables[name] ?? '')))
        out.note(`Appended to $GITHUB_ENV: ${Object.keys(variables).join(' ')}`)
      }
      const lines: Readonly<Record<typeof format, (report: EnvReport) => readonly string[]>> = {
        dotenv: () => dotenv(variables),
        shell: () => shell(variables),
        json: () => printableJson(variables, 2).split('\n'),
        github: () => [],
      }
      out.result(report, lines[format])
    },
  })
}
