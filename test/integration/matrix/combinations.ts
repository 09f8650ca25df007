import { resolve } from 'node:path'

import type { Config } from '../../../src/config/schema.ts'
import { requiredFeatures } from '../../../src/config/server.ts'

/** A realm of the matrix. */
export interface Combination {
  readonly name: string
  /** What `up` is called with. */
  readonly options: Partial<Config>
  /** The MCP scope that clients ask for. */
  readonly scope: string
  /** Clients need an initial access token to register. */
  readonly closed?: true
  /** Another realm plays every scope: this one plays those that differ most. */
  readonly brief?: true
}

const MCP_SCOPE = 'mcp:tools'

/** Realms without an overlay: what the options change must not stop any client. */
const OPTION_SETS: readonly Combination[] = [
  { name: 'base', options: {}, scope: MCP_SCOPE },
  { name: 'no consent', options: { consent: false }, scope: MCP_SCOPE, brief: true },
  {
    name: 'scopes',
    options: { scope: ['api:read:"Read your data"', 'api:write'], tokenLifespan: 3600, role: ['editor'] },
    scope: 'api:read',
  },
  {
    name: 'two MCP URLs',
    options: { mcpUrl: ['http://localhost:8000/mcp', 'https://mcp.test/deep/mcp'] },
    scope: MCP_SCOPE,
    brief: true,
  },
  {
    name: "a team's realm with mcp",
    options: { realmFile: resolve('test/fixtures/realm-files/team.json'), with: ['mcp'] },
    scope: 'shop:read',
  },
  {
    name: 'one user with mcp',
    options: { realmFile: resolve('test/fixtures/realm-files/one-user.json'), with: ['mcp'] },
    scope: MCP_SCOPE,
    brief: true,
  },
]

/** The combinations of overlays that make sense together. */
const OVERLAY_SETS: readonly (readonly string[])[] = [
  ['oauth-proxy'],
  ['token-exchange'],
  ['service-account'],
  ['browser'],
  ['strict'],
  ['cimd'],
  ['resource-indicators'],
  ['oauth-proxy', 'token-exchange', 'service-account', 'browser'],
  ['cimd', 'resource-indicators', 'token-exchange'],
]

/** Where the matrix is played. */
export interface Ground {
  /** The overlays that there are. */
  readonly overlays: readonly string[]
  /** The features that the server was started with, and those that it has anyway. */
  readonly features: readonly string[]
  /** It is not the version that we run: a few realms that have everything between them. */
  readonly isOlder: boolean
}

/** The realms of the matrix: on a server that was started with features of ours, those that need them. */
export function combinations({ overlays, features, isOlder }: Ground): readonly Combination[] {
  const isSpecial = requiredFeatures(OVERLAY_SETS.flat()).some((feature) => features.includes(feature))
  const possible = OVERLAY_SETS.filter((names) => {
    const required = requiredFeatures(names)
    const isThere = names.every((name) => overlays.includes(name))
    return isThere && required.every((name) => features.includes(name)) && required.length > 0 === isSpecial
  })
  const played = isOlder ? possible.filter(hasMuch) : possible
  return [
    ...(isSpecial || isOlder ? [] : OPTION_SETS),
    ...played.map((names) => ({
      name: names.join(' + '),
      options: { with: [...names] },
      scope: MCP_SCOPE,
      ...(names.includes('strict') && ({ closed: true } as const)),
      ...(isInLarger(names) && ({ brief: true } as const)),
    })),
  ]
}

function hasMuch(names: readonly string[]): boolean {
  return names.length > 1 || names.includes('strict')
}

function isInLarger(names: readonly string[]): boolean {
  return OVERLAY_SETS.some((set) => set.length > names.length && names.every((name) => set.includes(name)))
}
