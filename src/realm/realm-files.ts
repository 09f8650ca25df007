import { assetPath } from '../assets.ts'
import { once } from '../once.ts'
import { loadRealm, readObject } from './load.ts'
import { loadOverlay } from './load-overlay.ts'
import type { Overlay } from './overlay.ts'
import type { Realm } from './schema.ts'

/** The client scopes and registration policies that Keycloak 26.7 gives a new realm. */
const KEYCLOAK_DEFAULTS = assetPath('realms/keycloak-defaults.json')

/** The realm files and overlays of one command. Each file is read once. */
export interface RealmFiles {
  /** Reads a realm file: see {@link loadRealm}. */
  readonly realm: (path: string, wanted?: string) => Promise<Realm>
  /** Reads an overlay for a realm with this name: see {@link loadOverlay}. */
  readonly overlay: (nameOrPath: string, baseRealm: string) => Promise<Overlay>
  /** Reads what Keycloak gives a realm whose file says nothing of it. */
  readonly defaults: () => Promise<Realm>
}

/** Creates the reader of one command's realm files. */
export function realmFiles(): RealmFiles {
  const realms = new Map<string, Promise<Realm>>()
  const overlays = new Map<string, Promise<Overlay>>()
  return {
    realm: (path, wanted) => readOnce(realms, JSON.stringify([path, wanted]), () => loadRealm(path, wanted)),
    overlay: (nameOrPath, baseRealm) =>
      readOnce(overlays, JSON.stringify([nameOrPath, baseRealm]), () => loadOverlay(nameOrPath, baseRealm)),
    defaults: once(async () => (await readObject(KEYCLOAK_DEFAULTS, 'realm file')) as Realm),
  }
}

function readOnce<T>(known: Map<string, Promise<T>>, key: string, read: () => Promise<T>): Promise<T> {
  const reading = known.get(key) ?? read()
  known.set(key, reading)
  return reading
}
