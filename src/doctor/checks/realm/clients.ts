import { command } from '../../../config/command.ts'
import { type Drift, missingSettings } from '../../../realm/compare/drift.ts'
import type { Realm, RealmClient } from '../../../realm/schema.ts'
import { type DoctorCheck, type Finding, fail, ok } from '../../check.ts'

/** Settings that do not affect a client's rights, or that Keycloak does not show. */
const NO_MATTER = ['id', 'secret', 'name', 'description']

/** Checks that the clients of the realm file are unchanged, including those that represent the MCP server. */
export const clients: DoctorCheck<'ours'> = {
  name: 'clients',
  title: 'Own clients',
  group: 'realm',
  asks: 'ours',
  repair: 'clients',
  async run({ actual, rendered, drift }) {
    const finding = judgeClients(actual, rendered)
    return finding.status === 'ok' ? finding : judgeClients(actual, rendered, await drift())
  },
}

/**
 * Judges which clients of the realm file are gone or changed.
 *
 * @param drift the real differences. Keycloak changes clients of an old file when it imports them.
 */
export function judgeClients(actual: Realm, rendered: Realm, drift?: readonly Drift[]): Finding {
  const wanted = rendered.clients ?? []
  const faults = wanted.flatMap((client) => {
    const found = actual.clients?.find(({ clientId }) => clientId === client.clientId)
    if (!found) return [`${client.clientId} is gone`]
    const changed = missingSettings(settings(client), { enabled: true, ...found })
      .map(({ path }) => path)
      .filter((path) => !drift || differs(drift, `clients[${client.clientId}].${path}`))
    return changed.length > 0 ? [`${client.clientId} has another ${changed.join(', ')}`] : []
  })
  if (faults.length === 0) return ok(wanted.map(({ clientId }) => clientId).join(', ') || 'none')
  return fail(
    faults.join('; '),
    'Programs that were given the id of such a client cannot log in by it, or not as they did.',
    command('doctor', { fix: true }),
  )
}

function differs(drift: readonly Drift[], setting: string): boolean {
  return drift.some(({ path }) => path.startsWith(setting) || setting.startsWith(path))
}

function settings(client: RealmClient): Readonly<Record<string, unknown>> {
  const declared = Object.entries(client).filter(([key]) => !NO_MATTER.includes(key))
  return { enabled: true, ...Object.fromEntries(declared) }
}
