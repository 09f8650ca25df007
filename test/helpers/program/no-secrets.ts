import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

import { adminCredentialsSchema } from '../../../src/runtime/state/admin-credentials.ts'
import type { CliResult } from './cli-result.ts'

/** The commands whose text for people shows the administrator's password. */
const SHOWN_TO_PEOPLE = ['up', 'status']

/**
 * Holds a run of the program to the rule on secrets: the administrator's password is printed with `--show-secrets` alone, and
 * in the text for people of two commands.
 *
 * @throws {Error} when the output has a password of the environment or of an instance in the run's data folder
 */
export async function assertNoSecrets(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  { stdout, stderr }: CliResult,
): Promise<void> {
  if (args.includes('--show-secrets') || args.includes('exec')) return // the command of exec prints what it wants to
  const isForPeople = SHOWN_TO_PEOPLE.includes(args[0] ?? '') && !args.includes('--json')
  const output = isForPeople ? stderr : `${stdout}\n${stderr}`
  for (const password of await passwords(env))
    if (output.includes(password))
      throw new Error(`mcp-keycloak ${args.join(' ')} printed the administrator's password`)
}

async function passwords(env: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const folder = join(env.MCP_KEYCLOAK_DATA_FOLDER ?? '/nowhere', 'instances')
  const names = await readdir(folder).catch(() => [])
  const files = names.map((name) => readFile(join(folder, name, 'admin.json'), 'utf8').catch(() => ''))
  const known = (await Promise.all(files)).flatMap((text) => {
    try {
      return [adminCredentialsSchema.parse(JSON.parse(text)).password]
    } catch {
      return [] // some tests damage the file
    }
  })
  return [...known, ...(env.MCP_KEYCLOAK_ADMIN_PASSWORD ? [env.MCP_KEYCLOAK_ADMIN_PASSWORD] : [])].filter(
    (password) => password.length >= 16, // a short one may be a word of the text
  )
}
