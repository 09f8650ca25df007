import { randomBytes } from 'node:crypto'

import { command } from '../config/command.ts'
import { McpKeycloakError } from '../errors.ts'
import type { RunResult } from './exec.ts'
import type { AdminCredentials } from './state/admin-credentials.ts'

/** The variable with the password for `kc.sh bootstrap-admin`: a command line is visible to every user. */
export const RECOVERY_PASSWORD = 'MCP_KEYCLOAK_RECOVERY_PASSWORD'

/** Runs Keycloak's program `kc.sh` of a stopped server with these arguments. */
type RunKeycloak = (args: readonly string[]) => Promise<Pick<RunResult, 'stdout' | 'stderr'>>

/**
 * Creates an administrator by Keycloak's recovery command.
 *
 * @throws {McpKeycloakError} `ADMIN_UNKNOWN`
 */
export async function createAdmin(
  instance: string,
  username: string,
  runKeycloak: RunKeycloak,
): Promise<void> {
  for (const options of RECOVERY_OPTIONS) {
    const { stdout, stderr } = await runKeycloak([...recoveryArguments(username), ...options])
    const output = `${stdout}\n${stderr}`
    if (saysAdminCreated(output)) return
    if (!isRefusedOption(output, options)) throw adminNotRecovered(instance, output)
  }
}

function recoveryArguments(username: string): readonly string[] {
  return [
    'bootstrap-admin',
    'user',
    '--username',
    username,
    '--password:env',
    RECOVERY_PASSWORD,
    '--no-prompt',
  ]
}

/** More arguments, by attempt: without `--optimized` Keycloak builds itself for another mode, and back at the next start. */
const RECOVERY_OPTIONS = [['--optimized'], []] as const

/** Whether it failed for `--optimized` alone, which a server that was never built refuses. */
function isRefusedOption(output: string, options: readonly string[]): boolean {
  return options.length > 0 && output.includes('--optimized')
}

/** Whether Keycloak created the user. Its exit code is also 0 for a name that is in use. */
function saysAdminCreated(output: string): boolean {
  return /KC-SERVICES0077|Created temporary admin user/.test(output)
}

/** Creates an administrator with an unused name: Keycloak does not replace a user. */
export function recoveryAdmin(): AdminCredentials {
  return {
    username: `admin-${randomBytes(3).toString('hex')}`,
    password: randomBytes(18).toString('base64url'),
  }
}

/** The error for a recovery command that created no user. */
function adminNotRecovered(instance: string, output: string): McpKeycloakError {
  const errors = output.split('\n').filter((line) => /ERROR|Exception|rror:/.test(line))
  return new McpKeycloakError('ADMIN_UNKNOWN', {
    what: `No new administrator could be created for instance "${instance}".`,
    why:
      errors.length > 0 ? errors.slice(-3) : output.trim().split('\n').at(-1) || 'Keycloak printed nothing.',
    fix: `Fix what Keycloak reports, then: ${command('up', { instance })}. The data is unchanged.`,
  })
}
