import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** The package's own folder on disk: one up from `dist/` when installed, one up from `src/` in a checkout. */
const PACKAGE_FOLDER = new URL('../', import.meta.url)

/** Path of a file that is shipped beside the code, e.g. `realms/fastmcp.json`, `compose/keycloak.yaml`. */
export function assetPath(relativePath: string): string {
  return fileURLToPath(new URL(relativePath, PACKAGE_FOLDER))
}

/** Version of this package, e.g. `0.1.0`. */
export function packageVersion(): string {
  return JSON.parse(readFileSync(assetPath('package.json'), 'utf8')).version
}
