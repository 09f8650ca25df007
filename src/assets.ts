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

/** Addresses of the project on the web; absent as long as `package.json`, their one place, has none. */
export interface ProjectAddresses {
  readonly homepage?: string
  /** Where bugs are reported. */
  readonly issues?: string
}

/**
 * The addresses that a manifest names.
 *
 * @param manifest default: that of this package
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
