import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { describe, expect, it } from 'vitest'

import { appendToGithubEnv, type EnvReport } from '../../../src/operations/env.ts'
import { refusal } from '../support/refusal.ts'
import { tempFolder } from '../support/temp-folder.ts'

const report: EnvReport = {
  schemaVersion: 1,
  instance: 'default',
  realm: 'fastmcp',
  variables: { KEYCLOAK_REALM: 'fastmcp' },
  secret: [],
}

describe('the file of a GitHub job', () => {
  it('keeps what was in it', async () => {
    const file = join(await tempFolder(), 'env')
    await writeFile(file, 'BEFORE=1\n')
    await appendToGithubEnv(report, file)
    expect(await readFile(file, 'utf8')).toMatch(/^BEFORE=1\nKEYCLOAK_REALM<<(\S+)\nfastmcp\n\1\n$/)
  })

  it.each([undefined, ''])('has to be there (%j)', async (file) => {
    expect(await refusal(() => appendToGithubEnv(report, file))).toMatchObject({
      code: 'USAGE_INVALID',
      why: expect.stringContaining('GITHUB_ENV'),
      fix: expect.stringContaining('--format shell'),
    })
  })

  it('has to be writable', async () => {
    const folder = await tempFolder()
    expect(await refusal(() => appendToGithubEnv(report, folder))).toMatchInlineSnapshot(`
      ✘ --format github works in a step of a GitHub Actions job only.  [USAGE_INVALID]
        Why  GITHUB_ENV names no regular file.
        Fix  Elsewhere: eval "$(mcp-keycloak env --format shell)", or mcp-keycloak env > .env
    `)
  })
})
