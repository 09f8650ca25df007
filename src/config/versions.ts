import { McpKeycloakError } from '../errors.ts'

/** The Keycloak version that this release uses by default and is tested with. */
export const PINNED_VERSION = '26.7.5'

/**
 * The oldest supported version. Earlier ones ignore a self-registered client's `token_endpoint_auth_method`
 * (keycloak#44403).
 */
export const OLDEST_VERSION = '26.6.0'

/** The format of a version. */
export const VERSION = /^(\d+)\.(\d+)\.(\d+)(?:[-.].*)?$/

/** The repository of the official image; the tag is the version. */
export const IMAGE_REPOSITORY = 'quay.io/keycloak/keycloak'

/** SHA-256 of the distribution's zip, by version: the same file whichever source it is fetched from. */
const DISTRIBUTION_SHA256: Readonly<Record<string, string>> = {
  '26.6.4': 'b00d79ca3afd94bf431d2c3afb2a5af695da813017c434de7240790de6490779',
  '26.7.4': 'a286e98b4296d4e75ee88d8527c7cd463b307caa022f088c9f22cffccc741fa1',
  '26.7.5': '30ef87fb7101c43d29688d1ae80c0588ff4a151b3330e9f664bf9692d398658a',
}

/** SHA-256 (hex) that the zip of `version` must have, or `undefined` for a version that is not pinned. */
export function distributionSha256(version: string): string | undefined {
  return DISTRIBUTION_SHA256[version]
}

/** The versions that the tests run. */
export const TESTED_VERSIONS: readonly string[] = ['26.6.4', PINNED_VERSION]

/** The first Keycloak version with each behavior. */
export const SINCE = {
  /** A client that registers with a `scope` keeps the realm's default scopes too (keycloak#50807). */
  registrationKeepsDefaultScopes: '26.8.0',
  /** A public client's metadata document may name a grant of confidential ones, as Claude Desktop's does (keycloak#50362). */
  documentMayNameConfidentialGrant: '26.8.0',
  /** `resource` of a client with a metadata document has to be in a list of the realm's (keycloak#51413). */
  documentResourcesAreListed: '26.8.0',
} as const

/** A behavior that depends on Keycloak's version. */
export type Capability = keyof typeof SINCE

/** The capabilities of Keycloak `version`; none for a text that is not a version. */
export function capabilities(version: string): Readonly<Record<Capability, boolean>> {
  const numbers = parseVersion(version)
  const entries = Object.entries(SINCE).map(([name, since]) => {
    return [name, numbers !== undefined && compareVersions(numbers, parseVersion(since) ?? []) >= 0]
  })
  return Object.fromEntries(entries) as Record<Capability, boolean>
}

/**
 * Refuses a Keycloak that MCP clients cannot work with.
 *
 * @throws {McpKeycloakError} `VERSION_UNSUPPORTED` below 26.6.0, and for a text that is not a version
 * @see {@link https://github.com/keycloak/keycloak/issues/44403 keycloak#44403}
 */
export function assertSupportedVersion(version: string): void {
  const numbers = parseVersion(version)
  if (numbers && compareVersions(numbers, parseVersion(OLDEST_VERSION) ?? []) >= 0) return
  throw new McpKeycloakError('VERSION_UNSUPPORTED', {
    what: numbers
      ? `Keycloak ${version} is too old: ${OLDEST_VERSION} or later is needed.`
      : `"${version}" is not a Keycloak version.`,
    why: numbers
      ? 'Before 26.6.0 Keycloak ignores the token_endpoint_auth_method that a client registers with (keycloak#44403), so public MCP clients cannot log in.'
      : 'A version looks like 26.7.5.',
    fix: `Leave --keycloak-version out (${PINNED_VERSION} is used), or name ${OLDEST_VERSION} or later.`,
  })
}

/** Whether `version` comes before `than`; `false` if either is not a version. */
export function isOlderVersion(version: string, than: string): boolean {
  const [numbers, others] = [parseVersion(version), parseVersion(than)]
  return numbers !== undefined && others !== undefined && compareVersions(numbers, others) < 0
}

/** Below 0: older than the version that this release is tested with; above 0: newer. */
export function compareToPinned(version: string): number {
  return compare(version, PINNED_VERSION)
}

/**
 * Whether `version` lacks a fix. `fixedIn` has the first fixed version of each minor release that got it: `26.6.5` and
 * `26.7.1`. Any other minor release lacks the fix when it is older than the newest of these.
 */
export function isBeforeFix(version: string, fixedIn: readonly string[]): boolean {
  const sameMinor = fixedIn.find((fix) => minorOf(fix) === minorOf(version))
  if (sameMinor !== undefined) return compare(version, sameMinor) < 0
  return fixedIn.some((fix) => compare(version, fix) < 0)
}

/** The minor release of a version: `26.7` of `26.7.5`. */
export function minorOf(version: string): string {
  return version.split('.').slice(0, 2).join('.')
}

function compare(version: string, other: string): number {
  return compareVersions(parseVersion(version) ?? [], parseVersion(other) ?? [])
}

function parseVersion(version: string): readonly number[] | undefined {
  const match = VERSION.exec(version)
  return match ? match.slice(1, 4).map(Number) : undefined
}

function compareVersions(a: readonly number[], b: readonly number[]): number {
  for (const [index, number] of a.entries()) {
    const difference = number - (b[index] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}
