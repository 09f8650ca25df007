import { readFile } from 'node:fs/promises'

import type { Json } from '../../../src/realm/overlay.ts'

const read = async (name: string): Promise<Json> =>
  JSON.parse(await readFile(new URL(`../../fixtures/${name}.json`, import.meta.url), 'utf8'))

/** What Keycloak 26.7.4 tells of the base realm right after `up`; of flows and required actions one each. */
export const EXPORTED: Json = await read('exported-fastmcp')

/** What the same server tells of the blank realm. */
export const BLANK: Json = await read('exported-blank')
