import { readdir } from 'node:fs/promises'

import { assetPath } from '../assets.ts'
import { didYouMean } from '../config/did-you-mean.ts'
import { shellWord } from '../config/shell-word.ts'
import { isOverlayPath } from '../config/values.ts'
import { McpKeycloakError } from '../errors.ts'
import { readObject } from './load.ts'
import type { Overlay } from './overlay.ts'
import { realmSchema } from './schema.ts'

const FOLDER = assetPath('realms/with')

/** The names of the built-in overlays. */
export async function overlayNames(): Promise<readonly string[]> {
  const files = await readdir(FOLDER).catch(() => [])
  return files.filter((file) => file.endsWith('.json')).map((file) => file.replace(/\.json$/, ''))
}

/**
 * Reads a built-in overlay or a file.
 *
 * @param nameOrPath a plain word is a name; with a slash or `.json` it is a path
 * @param baseRealm name of the realm that gets the overlay; left out when it is not known yet
 * @throws {McpKeycloakError} `REALM_INVALID` for an unknown name, a whole realm, and a file not in Keycloak's format
 */
export async function loadOverlay(nameOrPath: string, baseRealm?: string): Promise<Overlay> {
  const isPath = isOverlayPath(nameOrPath)
  const names = await overlayNames()
  if (!isPath && !names.includes(nameOrPath)) throw unknown(nameOrPath, names)
  const path = isPath ? nameOrPath : assetPath(`realms/with/${nameOrPath}.json`)
  const content = await readObject(path, 'overlay')
  const isOfAnother = baseRealm !== undefined && content.realm !== undefined && content.realm !== baseRealm
  if (content.id !== undefined || isOfAnother) {
    throw wholeRealm(path, content.realm)
  }
  const issue = realmSchema.partial().safeParse(content).error?.issues[0]
  if (issue) throw malformed(path, issue.path.join('.'), issue.message)
  return { name: nameOrPath, content }
}

function unknown(name: string, names: readonly string[]): McpKeycloakError {
  return new McpKeycloakError('REALM_INVALID', {
    what: `There is no overlay "${name}".`,
    why: [didYouMean(name, names) ?? [], `There are: ${names.join(', ') || 'none'}.`].flat().join(' '),
    fix: 'Name one of them, or the path of a file of your own: --with ./my-overlay.json',
  })
}

function wholeRealm(path: string, realm: unknown): McpKeycloakError {
  return new McpKeycloakError('REALM_INVALID', {
    what: `${path} is not an overlay but a whole realm${typeof realm === 'string' ? ` ("${realm}")` : ''}.`,
    why: 'An overlay holds just what it adds or changes; it has no id, and no name of another realm.',
    fix: `Apply it as the realm: --realm-file ${shellWord(path)}; or keep of it what you want to add.`,
  })
}

function malformed(path: string, where: string, message: string): McpKeycloakError {
  return new McpKeycloakError('REALM_INVALID', {
    what: `The overlay ${path} cannot be used.`,
    why: `At ${where}: ${message}.`,
    fix: "Correct it; the format is that of Keycloak's realm export, with just what is added or changed.",
  })
}
