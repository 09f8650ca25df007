import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { execa } from 'execa'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { escapesIn } from '../helpers/hostile/hostile-text.ts'
import { BIN, ownEnvironment } from '../helpers/program/cli.ts'

/** Bytes that are no UTF-8, and escapes, as `printf` writes them. */
const BYTES = 'a\\377\\376\\300\\200\\355\\240\\200\\033[2J\\302\\233m\\342\\200\\256'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mcp-keycloak-bytes-'))
  const bytes = Buffer.from('ff fe c0 80 ed a0 80 1b 5b 32 4a c2 9b 6d'.replaceAll(' ', ''), 'hex')
  await writeFile(
    join(folder, 'realm.json'),
    Buffer.concat([Buffer.from('{"realm":"'), bytes, Buffer.from('"}')]),
  )
})
afterAll(() => rm(folder, { recursive: true, force: true }))

it.each([
  ['an argument', `"$NODE" "$BIN" explain "$(printf '${BYTES}')"`],
  ['a command', `"$NODE" "$BIN" "$(printf '${BYTES}')"`],
  [
    'the path of a realm file',
    `"$NODE" "$BIN" realm render --realm-file "/nowhere/$(printf '${BYTES}').json"`,
  ],
  ['a realm file', '"$NODE" "$BIN" realm render --realm-file "$FOLDER/realm.json"'],
  ['standard input', `printf 'Client not found ${BYTES}' | "$NODE" "$BIN" explain`],
  ['a variable', `MCP_KEYCLOAK_REALM="$(printf '${BYTES}')" "$NODE" "$BIN" realm render`],
])('bytes that are not UTF-8 never reach the terminal: %s', async (_, command) => {
  const { all } = await execa('sh', ['-c', command], {
    env: {
      ...ownEnvironment({ MCP_KEYCLOAK_DATA_FOLDER: folder }),
      NODE: process.execPath,
      BIN,
      FOLDER: folder,
    },
    extendEnv: false,
    reject: false,
    all: true,
    cwd: folder,
    timeout: 60_000,
  })
  expect(all).not.toBe('')
  expect(escapesIn(all)).toEqual([])
})
