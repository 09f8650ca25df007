import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** The package's own folder on disk: one up from `dist/` when installed, one up from `src/` in a checkout. */
const PACKAGE_FOLDER = new URL('../', import.meta.url)

/** Path of a file that is shipped beside the code, e.g. `realms/fastmcp.json`, `compose/keycloak.yaml`. */
export function assetPath(relativePath: string): string {
  return fileURLToPath(new URL(relativePath, PACKAGE_FOLDER))
}

/** The fields of `package.json` that the program shows. */
interface PackageManifest {
  readonly version: string
  readonly homepage?: string
  readonly bugs?: string | { readonly url?: string }
}

/** Version of this package, e.g. `0.1.0`. */
export function packageVersion(): string {
  return packageManifest().version
}

/** Web addresses of the project, from `package.json`; absent while that has none. */
export interface ProjectAddresses {
  readonly homepage?: string
  /** Where bugs are reported. */
  readonly issues?: string
}

/**
 * Reads the addresses in a manifest.
 *
 * @param manifest default: the manifest of this package
 */
export function projectAddresses(
  { homepage, bugs }: Pick<PackageManifest, 'homepage' | 'bugs'> = packageManifest(),
): ProjectAddresses {
  const issues = typeof bugs === 'string' ? bugs : bugs?.url
  return { ...(homepage && { homepage }), ...(issues && { issues }) }
}

function packageManifest(): PackageManifest {
  return JSON.parse(readFileSync(assetPath('package.json'), 'utf8'))
}
