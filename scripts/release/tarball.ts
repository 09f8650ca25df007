import { type Finding, finding } from './finding.ts'

/** The part of `npm pack --dry-run --json` that the rules read. */
export interface Packed {
  readonly size: number
  readonly files: readonly { readonly path: string }[]
}

const TARBALL_BYTES = 450_000
const INSTALLED_BYTES = 45_000_000

/** Files that belong into the tarball. */
const EXPECTED =
  /^(bin|dist|compose)\/|^realms\/(?!README)|^(package\.json|README\.md|LICENSE|SECURITY\.md|mcp-keycloak\.schema\.json)$/

/** Files that must never be in it, wherever they are. */
const NEVER = /(^|\/)(\.npmrc|\.env|admin\.json|state\.json|.*\.(pem|key|tgz|log|ts\.map|js\.map))$|\.test\./

/** Files without which the program does not run. */
const REQUIRED = [
  'bin/mcp-keycloak.js',
  'dist/cli/main.js',
  'dist/index.js',
  'compose/server.yaml',
  'realms/fastmcp.json',
]

/**
 * Checks the contents and the size of the tarball.
 *
 * @param installedBytes size of all runtime packages, unpacked
 */
export function tarballFindings({ size, files }: Packed, installedBytes: number): readonly Finding[] {
  const paths = files.map(({ path }) => path)
  const faults = [
    ...paths
      .filter((path) => !EXPECTED.test(path) || NEVER.test(path))
      .map((path) => `${path} does not belong into it`),
    ...REQUIRED.filter((path) => !paths.includes(path)).map((path) => `${path} is missing: npm run build`),
  ]
  return [
    finding('tarball', faults, `${paths.length} files`),
    finding('tarball-size', over(size, TARBALL_BYTES), `${kilobytes(size)} of ${kilobytes(TARBALL_BYTES)}`),
    finding(
      'installed-size',
      over(installedBytes, INSTALLED_BYTES),
      `${kilobytes(installedBytes)} of ${kilobytes(INSTALLED_BYTES)}`,
    ),
  ]
}

function over(bytes: number, budget: number): readonly string[] {
  return bytes <= budget ? [] : [`${kilobytes(bytes)} are more than ${kilobytes(budget)}`]
}

function kilobytes(bytes: number): string {
  return `${Math.ceil(bytes / 1000)} kB`
}
