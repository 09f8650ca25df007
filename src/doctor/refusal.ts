import type { RegistrationBody } from '../clients/client-profile.ts'
import { command } from '../config/command.ts'
import type { RealmOptions } from '../config/realm-options.ts'
import { resetCommand } from '../config/reset-command.ts'
import type { McpKeycloakError } from '../errors.ts'
import { explainFailure } from '../explain/explain.ts'
import { type Finding, fail, faultOf, skip } from './check.ts'
import { waysToAdd } from './checks/realm/mcp-needs.ts'
import type { ClientTrial } from './subjects.ts'
import { hostsOf, isTrusted } from './trusted-uris.ts'

/** A refused client, with the known facts about its realm. */
export interface RefusedClient extends Pick<ClientTrial, 'trustedHosts' | 'hostsOfFile' | 'isOurs'> {
  readonly registration: RegistrationBody
  /** The options of the realm, when they are known. */
  readonly options?: RealmOptions | undefined
}

/**
 * Explains why Keycloak refused a played client. All texts for refusals are here. Keycloak's response names a policy and
 * a reason only. This function finds the part of the request that caused the refusal.
 */
export function explainRefusal(error: McpKeycloakError, client: RefusedClient): Finding {
  const finding = refusalOf(error, client)
  return client.isOurs ? finding : withoutReset(finding)
}

/** Replaces the advice to reset a realm: only a managed realm has a file to recreate it from. */
function withoutReset(finding: Finding): Finding {
  const lines = finding.fix?.split('\n') ?? []
  const others = lines.filter((line) => !line.includes(' reset-realm'))
  if (others.length === lines.length) return finding
  return fail(finding.what, finding.why?.split('\n') ?? [], [...waysToAdd(), ...others])
}

function refusalOf(error: McpKeycloakError, client: RefusedClient): Finding {
  const why = error.why.split('\n')
  if (/Initial Access Token/i.test(error.why)) {
    return skip(
      'registers with an initial access token only',
      'One can be made by an administrator, and nobody told us a password.',
      'Set MCP_KEYCLOAK_ADMIN_PASSWORD (and MCP_KEYCLOAK_ADMIN_USERNAME, when it is not admin).',
    )
  }
  if (error.why.includes("'Trusted Hosts'")) return untrusted(why, client)
  if (error.why.includes("'Allowed Client Scopes'")) {
    return fail(
      `was refused a scope of "${client.registration.scope}"`,
      why,
      client.isOurs
        ? `The realm has no such scope, or clients may not have it: see "Scopes" above; ${command('doctor', { fix: true })}`
        : inConsole('Allowed Client Scopes', 'add the scopes, "openid" too'),
    )
  }
  if (/answered 403: invalid_(request|client_metadata)$/.test(error.why)) {
    const place = 'Admin console, Realm settings, Client policies.'
    return fail(
      faultOf(error).what,
      [...why, 'That is the response of a client policy.'],
      `See "MCP needs" above, or ${place}`,
    )
  }
  if (error.code === 'LOGIN_REFUSED') return notLoggedIn(error, client.isOurs)
  const [known] = explainFailure({ text: error.why }, { options: client.options })
  if (known) return fail(faultOf(error).what, [...why, ...known.why.split('\n')], known.fix.split('\n'))
  return faultOf(error)
}

function notLoggedIn(error: McpKeycloakError, isOurs: boolean): Finding {
  const { what, fix } = faultOf(error)
  if (/invalid username or password/i.test(error.why)) {
    const other = 'Name a user of that realm: MCP_KEYCLOAK_USER=name:password'
    return fail(
      `${what}: no such user, or another password`,
      error.why.split('\n'),
      isOurs ? command('reset-realm') : other,
    )
  }
  const isPage = /^Its page says/.test(error.why)
  return fail(
    what,
    error.why.split('\n'),
    isPage && isOurs
      ? `See "Test users" above; ${command('doctor', { fix: true })}`
      : (fix ?? '').split('\n'),
  )
}

function untrusted(why: readonly string[], client: RefusedClient): Finding {
  const { registration, trustedHosts, isOurs } = client
  if (why.join(' ').includes('Host not trusted')) {
    const setting = 'switch "Host Sending Client Registration Request Must Match" off'
    return fail(
      'was refused: this machine may not register clients',
      why,
      isOurs ? command('doctor', { fix: true }) : inConsole('Trusted Hosts', setting),
    )
  }
  const hosts = hostsOf(registration).filter((host) => !isTrusted(host, trustedHosts ?? []))
  const list = hosts.join(', ')
  return fail(
    trustedHosts
      ? `was refused: ${list} ${hosts.length === 1 ? 'is' : 'are'} not trusted`
      : `was refused: one of ${list} is not trusted`,
    why,
    isOurs ? trustFix(hosts, client) : inConsole('Trusted Hosts', `add ${list}`),
  )
}

/** Chooses the fix. `--fix` restores hosts of the realm file. Other hosts require an option. */
function trustFix(hosts: readonly string[], { hostsOfFile, options }: RefusedClient): string {
  const others = hosts.filter((host) => !isTrusted(host, hostsOfFile))
  if (others.length === 0) return command('doctor', { fix: true })
  return resetCommand(options, { trustedHost: others })
}

function inConsole(policy: string, edit: string): string {
  return `Admin console, Clients, Client registration, "${policy}": ${edit}.`
}
