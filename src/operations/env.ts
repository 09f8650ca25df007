import { appendFile, stat } from 'node:fs/promises'

import { z } from 'zod'

import { command } from '../config/command.ts'
import type { Config } from '../config/schema.ts'
import { McpKeycloakError } from '../errors.ts'
import { clientSecret } from '../keycloak/clients/client-secrets.ts'
import { findAppliedRealm } from '../provisioning/applied-realm.ts'
import { mcpUrls } from '../realm/patches/audience.ts'
import { confidentialClients } from '../realm/patches/confidential-clients.ts'
import { testUsers } from '../realm/patches/users.ts'
import { withValues } from '../realm/placeholders.ts'
import { githubEnv } from './env-formats.ts'

/** `env --json`: the environment variables for programs that use a running realm. */
export const envReportSchema = z.strictObject({
  schemaVersion: z.literal(1),
  instance: z.string(),
  realm: z.string(),
  /** Name → value, in print order. */
  variables: z.record(z.string(), z.string()).readonly(),
  /** Names of the secret variables: generated values that no file has. They must not appear in a log. */
  secret: z.array(z.string()).readonly(),
})

/** The environment variables for programs that use a running realm. */
export type EnvReport = Readonly<z.infer<typeof envReportSchema>>

/**
 * Returns the environment variables of a realm on a running instance. The applied realm names the confidential clients.
 * Keycloak generated their secrets, so they are read from there.
 *
 * @throws {McpKeycloakError} `NOT_RUNNING`, `REALM_NOT_FOUND`, `ADMIN_LOGIN_REFUSED`
 */
export async function env(
  config: Config,
  { showSecrets = false }: { readonly showSecrets?: boolean } = {},
): Promise<EnvReport> {
  const { keycloak, admin, realm, endpoints } = await findAppliedRealm(config)
  const { keycloakUrl, issuer, jwks, realm: name } = endpoints
  const [audience] = mcpUrls(realm)
  const [user] = testUsers(withValues(realm, realm))
  const { oauthProxy, tokenExchange, serviceAccounts } = confidentialClients(realm)
  const credentials = async (prefix: string, clientId: string | undefined, suffix = '') => {
    const secret = clientId && (await clientSecret(admin, name, clientId))
    if (!clientId || !secret) return {}
    return { [`${prefix}_CLIENT_ID${suffix}`]: clientId, [`${prefix}_CLIENT_SECRET${suffix}`]: secret }
  }
  const clients = await Promise.all([
    credentials('MCP_OAUTH', oauthProxy),
    credentials('MCP_SERVER', tokenExchange),
    // The first client has the plain name. The others have numbers, because two client ids could give the same name.
    ...serviceAccounts.map((id, at) => credentials('SERVICE_ACCOUNT', id, at === 0 ? '' : `_${at + 1}`)),
  ])
  const variables = {
    KEYCLOAK_URL: keycloakUrl,
    KEYCLOAK_REALM: name,
    KEYCLOAK_REALM_URL: issuer,
    KEYCLOAK_ISSUER: issuer,
    ...(audience !== undefined && { KEYCLOAK_AUDIENCE: audience }),
    KEYCLOAK_JWKS_URI: jwks,
    MCP_USE_OAUTH_KEYCLOAK_SERVER_URL: keycloakUrl,
    MCP_USE_OAUTH_KEYCLOAK_REALM: name,
    ...(user && { KEYCLOAK_TEST_USER: user.username, KEYCLOAK_TEST_PASSWORD: user.password }),
    ...Object.assign({}, ...clients),
    ...(showSecrets && {
      KEYCLOAK_ADMIN_USERNAME: keycloak.admin.username,
      KEYCLOAK_ADMIN_PASSWORD: keycloak.admin.password,
    }),
  } as Readonly<Record<string, string>>
  const secret = Object.keys(variables).filter((key) => /_(CLIENT_SECRET(_\d+)?|ADMIN_PASSWORD)$/.test(key))
  return { schemaVersion: 1, instance: config.instance, realm: name, variables, secret }
}

/**
 * Passes the variables to the later steps of a GitHub Actions job.
 *
 * @param file path in `$GITHUB_ENV`
 * @throws {McpKeycloakError} `USAGE_INVALID` outside a job, or when that file cannot be written
 * @see {@link https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands GitHub: workflow commands}
 */
export async function appendToGithubEnv(report: EnvReport, file: string | undefined): Promise<void> {
  if (!file) throw noGithubEnv('The variable GITHUB_ENV is not set, so there is no file to append to.')
  const found = await stat(file).catch(() => undefined)
  if (found && !found.isFile()) throw noGithubEnv('GITHUB_ENV names no regular file.') // a pipe would wait for a reader
  await appendFile(file, githubEnv(report.variables)).catch((cause: Error) => {
    throw noGithubEnv(`The file that GITHUB_ENV names cannot be written: ${cause.message}`)
  })
}

function noGithubEnv(why: string): McpKeycloakError {
  return new McpKeycloakError('USAGE_INVALID', {
    what: '--format github works in a step of a GitHub Actions job only.',
    why,
    fix: `Elsewhere: eval "$(${command('env', { format: 'shell' })})", or ${command('env')} > .env`,
  })
}
