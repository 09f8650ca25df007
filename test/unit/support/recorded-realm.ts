import { readFile } from 'node:fs/promises'

import type { Json } from '../../../src/realm/overlay.ts'

const read = async (name: string): Promise<Json> =>
  JSON.parse(await readFile(new URL(`../../fixtures/${name}.json`, import.meta.url), 'utf8'))

/** The base realm right after `up`, as Keycloak 26.7.5 exports it; with one flow and one required action. */
export const EXPORTED: Json = await read('exported-fastmcp')

/** The blank realm, as the same server exports it. */
export const BLANK: Json = await read('exported-blank')
