import { distance } from 'fastest-levenshtein'

import { command } from '../../config/command.ts'
import type { Config } from '../../config/schema.ts'
import { McpKeycloakError } from '../../errors.ts'
import { type ClientEntry, type FoundClients, findClients } from './clients.ts'
import { type ClientsDeletedReport, type DeleteOptions, removeAll } from './clients-prune.ts'

/** Number of clients that an error names. */
const NAMED = 5

/**
 * Deletes self-registered clients by client id. If one of them cannot be deleted, deletes none.
 *
 * @throws {McpKeycloakError} `USAGE_INVALID` for an unknown id, and for a client that is not self-registered;
 * `NOT_RUNNING`, `REALM_NOT_FOUND`, `ADMIN_LOGIN_REFUSED`
 */
export async function clientsDelete(
  config: Config,
  clientIds: readonly string[],
  options: DeleteOptions = {},
): Promise<ClientsDeletedReport> {
  const found = await findClients(config)
  const { realm, url, clients } = found.report
  const doomed = [...new Set(clientIds)].map((clientId) => byId(clientId, found))
  await options.approve?.(doomed, realm)
  await removeAll(doomed, found.remove, options.signal)
  return {
    schemaVersion: 1,
    realm,
    url,
    dryRun: false,
    deleted: doomed,
    unknown: [],
    left: clients.length - doomed.length,
  }
}

function byId(clientId: string, { report, others }: FoundClients): ClientEntry {
  const { realm, clients } = report
  const found = clients.find((client) => client.clientId === clientId)
  if (found) return found
  if (others.includes(clientId)) {
    throw new McpKeycloakError('USAGE_INVALID', {
      what: `The client "${clientId}" did not register itself; nothing was deleted.`,
      why: `It comes from the file of the realm "${realm}", from the admin console, or is one of Keycloak's own.`,
      fix: `Delete it in the admin console if you mean it: ${command('status')} shows where that is.`,
    })
  }
  const near = nearest(clientId, clients)
  throw new McpKeycloakError('USAGE_INVALID', {
    what: `There is no client "${clientId}" in the realm "${realm}"; nothing was deleted.`,
    why:
      clients.length === 0
        ? 'No client has registered itself there.'
        : [
            near.length > 0 ? 'Did you mean:' : 'Clients there:',
            ...(near.length > 0 ? near : clients).slice(0, NAMED).map(shown),
          ],
    fix: command('clients list'),
  })
}

/** Finds clients with a similar id, or with the text in their name. */
function nearest(text: string, clients: readonly ClientEntry[]): readonly ClientEntry[] {
  const wanted = text.toLowerCase()
  return clients.filter(
    ({ clientId, name }) =>
      clientId.toLowerCase().startsWith(wanted) ||
      name?.toLowerCase().includes(wanted) ||
      distance(wanted, clientId.toLowerCase()) <= clientId.length / 3,
  )
}

function shown({ clientId, name }: ClientEntry): string {
  return name === null ? clientId : `${clientId}  ${name}`
}
