import { appendFileSync } from 'node:fs'

import { readTextFile } from '../config/files/read-file.ts'
import type { RegisteredClient } from '../oauth/register.ts'
import type { LeakedClient } from './leaks.ts'

/** A client of a test: registered, under a name and with redirect URIs. */
export interface NamedClient extends RegisteredClient {
  readonly client_name: string
  readonly redirect_uris: readonly string[]
}

/** The clients of one realm that were registered and are not deleted. */
export interface ClientBook {
  get(clientId: string): NamedClient | undefined
  add(client: NamedClient): void
  remove(clientId: string): void
  /** Those that are still in it. */
  left(): readonly LeakedClient[]
}

/** A line of a journal: a client came, or one went. */
type Entry = { readonly added: LeakedClient } | { readonly removed: string }

/** @param journal a file in which each change is noted down, for another process to read */
export function clientBook(realm: string, journal: string | undefined): ClientBook {
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

/** The clients that the processes of a run have left, by their journal. */
export async function clientsLeft(journal: string): Promise<readonly LeakedClient[]> {
  const text = await readTextFile(journal).catch(() => '') // nobody has registered any
  const left = new Map<string, LeakedClient>()
  for (const line of text.split('\n').filter(Boolean)) {
    const entry = JSON.parse(line) as Entry
    if ('added' in entry) left.set(entry.added.clientId, entry.added)
    else left.delete(entry.removed)
  }
  return [...left.values()]
}
