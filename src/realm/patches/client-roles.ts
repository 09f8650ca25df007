import type { Realm } from '../schema.ts'
import { mcpUrls } from './audience.ts'

/** Roles of clients, by the client's id. */
export type ClientRoles = Readonly<Record<string, readonly string[]>>

/** The client roles that a word means: `use-api` of every client that has it, `ofbiz/use-api` of one. */
export function clientRolesNamed(realm: Realm, word: string): ClientRoles {
  const entries = Object.entries(realm.roles?.client ?? {}).flatMap(([client, roles]) =>
    roles
      .filter(({ name }) => name === word || `${client}/${name}` === word)
      .map(({ name }) => [client, [name]] as const),
  )
  return Object.fromEntries(entries)
}

/**
 * The roles of the MCP server that every user of the realm has. A new user also gets them: a scope that is bound to a
 * role is missing from the tokens of users without it.
 */
export function commonMcpRoles(realm: Realm): ClientRoles {
  const users = realm.users ?? []
  const entries = mcpUrls(realm).map((url) => {
    const held = users[0]?.clientRoles?.[url] ?? []
    return [
      url,
      held.filter((role) => users.every((user) => user.clientRoles?.[url]?.includes(role))),
    ] as const
  })
  return Object.fromEntries(entries.filter(([, held]) => held.length > 0))
}

/** Merges roles, each role once; `undefined` when there are none. */
export function mergeClientRoles(all: readonly ClientRoles[]): Record<string, string[]> | undefined {
  const clients = [...new Set(all.flatMap((roles) => Object.keys(roles)))]
  if (clients.length === 0) return undefined
  return Object.fromEntries(
    clients.map((client) => [client, [...new Set(all.flatMap((roles) => roles[client] ?? []))]]),
  )
}
