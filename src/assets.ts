import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

/** The package's folder on disk: the parent of `dist/` when installed, the parent of `src/` in a checkout. */
const PACKAGE_FOLDER = new URL('../', import.meta.url)

/** Returns the path of a file in the package, e.g. `realms/fastmcp.json`, `compose/keycloak.yaml`. */
export function assetPath(relativePath: string): string {
  return fileURLToPath(new URL(relativePath, PACKAGE_FOLDER))
}

/** Reads a text file of the package. */
export function readAsset(relativePath: string): Promise<string> {
  return readFile(assetPath(relativePath), 'utf8')
}

/** The shown fields of `package.json`. */
interface PackageManifest {
  readonly version: string
  readonly homepage?: string
  readonly bugs?: string | { readonly url?: string }
}

/** Version of this package, e.g. `0.1.0`. */
export function packageVersion(): string {
  return packageManifest().version
}

/** Web addresses of the project, from `package.json`; absent when it has none. */
export interface ProjectAddresses {
  readonly homepage?: string
  /** Address of the bug tracker. */
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
