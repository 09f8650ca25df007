import { appendFileSync } from 'node:fs'

import { readTextFile } from '../config/files/read-file.ts'
import type { RegisteredClient } from '../oauth/register.ts'
import type { LeakedClient } from './leaks.ts'

/** A registered client of a test, with its name and redirect URIs. */
export interface NamedClient extends RegisteredClient {
  readonly client_name: string
  readonly redirect_uris: readonly string[]
}

/** The clients of one realm that were registered and not yet deleted. */
export interface ClientRegistry {
  get(clientId: string): NamedClient | undefined
  add(client: NamedClient): void
  remove(clientId: string): void
  /** The clients that are not deleted. */
  left(): readonly LeakedClient[]
}

/** A line of a journal: an added or a removed client. */
type Entry = { readonly added: LeakedClient } | { readonly removed: string }

/**
 * Creates the register of a realm's clients.
 *
 * @param journal a file that records each change for another process
 */
export function clientRegistry(realm: string, journal: string | undefined): ClientRegistry {
  const clients = new Map<string, NamedClient>()
  const note = (entry: Entry) => {
    if (journal !== undefined) appendFileSync(journal, `${JSON.stringify(entry)}\n`)
  }
  const described = ({ client_id, client_name }: NamedClient): LeakedClient => {
    return { realm, clientId: client_id, clientName: client_name }
  }
  return {
    get: (clientId) => clients.get(clientId),
    add(client) {
      clients.set(client.client_id, client)
      note({ added: described(client) })
    },
    remove(clientId) {
      if (clients.delete(clientId)) note({ removed: clientId })
    },
    left: () => [...clients.values()].map(described),
  }
}

/** Reads the undeleted clients of a run's processes from their journal. */
export async function clientsLeft(journal: string): Promise<readonly LeakedClient[]> {
  const text = await readTextFile(journal).catch(() => '') // no client was registered
  const left = new Map<string, LeakedClient>()
  for (const line of text.split('\n').filter(Boolean)) {
    const entry = JSON.parse(line) as Entry
    if ('added' in entry) left.set(entry.added.clientId, entry.added)
    else left.delete(entry.removed)
  }
  return [...left.values()]
}
