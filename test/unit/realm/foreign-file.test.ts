import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { describe, expect, it } from 'vitest'

import { readConfigFile } from '../../../src/config/config-file.ts'
import { loadRealm } from '../../../src/realm/load.ts'
import { loadOverlay } from '../../../src/realm/load-overlay.ts'
import { refusal } from '../support/refusal.ts'
import { tempFolder } from '../support/temp-folder.ts'

const SECRET = 'hunter2hunter2'

/** Files that a repository may name as a realm, with a secret in each. */
const FOREIGN = {
  'a password file': `root:${SECRET}:19000:0:99999:7:::\n`,
  'credentials in an INI file': `[default]\naws_secret_access_key = ${SECRET}\n`,
  'a key': `-----BEGIN PRIVATE KEY-----\n${SECRET}\n`,
  'a word': SECRET,
  'a number with a word': `12 ${SECRET}`,
  'a text in quotes': `"${SECRET}"`,
  'a list': `["${SECRET}"]`,
  'JSON with a fault at its end': `{"token":"${SECRET}",}`,
  'JSON with a fault in a text': `{"token":"${SECRET}\u0001"}`,
  'JSON of another kind': `{"auths":{"registry":{"auth":"${SECRET}"}},"users":"${SECRET}"}`,
  'JSON with a wrong realm': `{"realm":["${SECRET}"],"users":[{"username":{"x":"${SECRET}"}}]}`,
}

const READERS = {
  'the realm file': (path: string) => loadRealm(path),
  'an overlay': (path: string) => loadOverlay(path),
}

describe.each(Object.entries(READERS))('the error about %s', (_reader, read) => {
  it.each(Object.entries(FOREIGN))('quotes nothing of %s', async (_kind, text) => {
    const path = join(await tempFolder(), 'file.json')
    await writeFile(path, text)
    const { message, why, fix, cause } = await refusal(() => read(path))
    expect([message, why, fix, String(cause)].join('\n')).not.toContain(SECRET.slice(0, 5))
  })

  it('says at once that it is a pipe', async () => {
    const path = join(await tempFolder(), 'pipe.json')
    await promisify(execFile)('mkfifo', [path])
    expect((await refusal(() => read(path))).why).toBe('It is a pipe.')
  })
})

it('the error about a config file quotes nothing of another file', async () => {
  for (const text of Object.values(FOREIGN)) {
    const folder = await tempFolder()
    await writeFile(join(folder, 'mcp-keycloak.config.json'), text)
    const { message, why, fix } = await refusal(() => readConfigFile(folder))
    expect([message, why, fix].join('\n')).not.toContain(SECRET.slice(0, 5))
  }
})
