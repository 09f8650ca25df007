import { isBeforeFix, SINCE } from './versions.ts'

/** A bug of Keycloak that an MCP client can meet. */
export interface KnownBug {
  /** Number of the issue at keycloak/keycloak. */
  readonly issue: number
  /** The effect, in words without a full stop. */
  readonly what: string
  /** The feature that exposes the bug; `undefined` when our realm avoids it. */
  readonly feature?: 'cimd' | 'resource-indicators'
  /** The first fixed version of each minor release that got the fix. */
  readonly fixedIn: readonly string[]
}

/** Bugs of the versions that we support. Older versions are refused because of older bugs. */
const KNOWN_BUGS: readonly KnownBug[] = [
  {
    issue: 50807,
    what: 'a client that registers with a scope loses the realm\'s default scopes, so the realm keeps audience and roles in "basic"',
    fixedIn: [SINCE.registrationKeepsDefaultScopes],
  },
  {
    issue: 50362,
    what: "Claude Desktop's client metadata document is refused",
    feature: 'cimd',
    fixedIn: [SINCE.documentMayNameConfidentialGrant],
  },
  {
    issue: 51413,
    what: 'a client with a metadata document may ask for any resource',
    feature: 'cimd',
    fixedIn: [SINCE.documentResourcesAreListed],
  },
  {
    issue: 49730,
    what: 'the metadata does not list the authentication method "none" for clients with a metadata document',
    feature: 'cimd',
    fixedIn: ['26.7.0'],
  },
]

/** A public security hole of Keycloak that an MCP client, or an impostor, can use. */
export interface KnownHole {
  readonly cve: string
  readonly issue: number
  /** The effect, in words without a full stop. */
  readonly what: string
  /** The hole is open only where clients may register in Keycloak's own format. */
  readonly ownFormat?: true
  readonly fixedIn: readonly string[]
}

/** Holes of the versions that we support, the newest fix first. docs/keycloak-versions.md lists which of them were tried. */
const KNOWN_HOLES: readonly KnownHole[] = [
  {
    cve: 'CVE-2026-18208',
    issue: 51284,
    what: 'a client reads the claims of tokens that are not for it',
    ownFormat: true,
    fixedIn: ['26.6.8', '26.7.5'],
  },
  {
    cve: 'CVE-2026-16089',
    issue: 51003,
    what: 'a stolen authorization code is redeemed by another client, where no PKCE is required',
    fixedIn: ['26.6.7', '26.7.3'],
  },
  {
    cve: 'CVE-2026-15572',
    issue: 51468,
    what: 'a self-registered client gives its users any role, up to realm administrator',
    ownFormat: true,
    fixedIn: ['26.6.5', '26.7.1'],
  },
  {
    cve: 'CVE-2026-16102',
    issue: 51473,
    what: 'a self-registered client forges the roles of its users by a user property',
    ownFormat: true,
    fixedIn: ['26.6.5', '26.7.1'],
  },
  {
    cve: 'CVE-2026-9705',
    issue: 50349,
    what: 'a self-registered client enables itself again after an administrator has disabled it',
    fixedIn: ['26.6.4'],
  },
  {
    cve: 'CVE-2026-9704',
    issue: 49435,
    what: 'a token exchange without its subject token gives more than the token had',
    fixedIn: ['26.6.3'],
  },
  {
    cve: 'CVE-2026-37979',
    issue: 49113,
    what: 'a client introspects tokens that are not for it',
    fixedIn: ['26.6.2'],
  },
]

/** The known bugs of a Keycloak version; all bugs for an unreadable version. */
export function knownBugs(version: string): readonly KnownBug[] {
  return KNOWN_BUGS.filter(({ fixedIn }) => isBeforeFix(version, fixedIn))
}

/** The public security holes of a Keycloak version that concern MCP; all holes for an unreadable version. */
export function knownHoles(version: string): readonly KnownHole[] {
  return KNOWN_HOLES.filter(({ fixedIn }) => isBeforeFix(version, fixedIn))
}
