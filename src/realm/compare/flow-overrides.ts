import { items } from '../lists.ts'
import { isObject, type Json } from '../overlay.ts'
import { derivedId } from '../realm-ids.ts'
import type { Realm } from '../schema.ts'

/** The field of a client that replaces login flows of the realm. Its values are ids of flows. */
const OVERRIDES = 'authenticationFlowBindingOverrides'

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** Replaces the ids of flows in a client by their names, because each creation of a realm has other ids. */
export function withFlowNames(client: Json, flows: unknown): Json {
  const names = new Map(items(flows).map(({ id, alias }) => [id, alias]))
  return mapped(client, (id) => names.get(id) ?? id)
}

/** Replaces the names of flows in a client by the ids that the flows of a file have: Keycloak finds them by id only. */
export function withFlowIds(client: Json, rendered: Realm): Json {
  return mapped(client, (alias) => (UUID.test(String(alias)) ? alias : flowId(String(alias), rendered)))
}

/** Gives the flows that clients name an id. */
export function flowsWithIds(flows: unknown, clients: unknown, rendered: Realm): readonly Json[] {
  const named = namedFlows(clients)
  return items(flows).map((flow) =>
    named.has(flow.alias) ? { id: flowId(String(flow.alias), rendered), ...flow } : flow,
  )
}

/** The names of the flows that clients use in place of those of the realm. */
export function namedFlows(clients: unknown): ReadonlySet<unknown> {
  return new Set(items(clients).flatMap((client) => Object.values(overridesOf(client))))
}

/** The flow's id in the realm file, else one derived from its name. */
function flowId(alias: string, rendered: Realm): string {
  const own = items(rendered.authenticationFlows).find((flow) => flow.alias === alias)?.id
  return typeof own === 'string' ? own : derivedId(rendered.realm, `flow ${alias}`)
}

function mapped(client: Json, change: (value: unknown) => unknown): Json {
  const overrides = Object.entries(overridesOf(client))
  if (overrides.length === 0) return client
  return { ...client, [OVERRIDES]: Object.fromEntries(overrides.map(([key, one]) => [key, change(one)])) }
}

function overridesOf(client: Json): Json {
  const overrides = client[OVERRIDES]
  return isObject(overrides) ? overrides : {}
}
