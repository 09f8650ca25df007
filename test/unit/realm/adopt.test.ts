import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { execa } from 'execa'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'

import { needSources, sourcesFor } from '../../../src/provisioning/needs/needs.ts'
import type { PatchOperation } from '../../../src/realm/adopt/json-patch.ts'
import { jsonPatch } from '../../../src/realm/adopt/json-patch.ts'
import { kcadmScript } from '../../../src/realm/adopt/kcadm.ts'
import { realmImportPatch } from '../../../src/realm/adopt/kubernetes.ts'
import { additionOverlay } from '../../../src/realm/adopt/overlay.ts'
import { needSteps, unmetNeeds } from '../../../src/realm/needs/all.ts'
import type { UnmetNeed } from '../../../src/realm/needs/need.ts'
import { applyOverlays } from '../../../src/realm/overlay.ts'
import { realmFiles } from '../../../src/realm/realm-files.ts'
import type { Realm } from '../../../src/realm/schema.ts'
import { needs } from '../../helpers/suite/needs.ts'
import { tempFolder } from '../support/temp-folder.ts'

/** Notes how it was called, and lists the ids of the test. */
const FAKE_KCADM = `#!/bin/sh
if [ "$1" = get ]; then printf '%s\\n' "$LIST"; fi
input=
case "$*" in *"-f -"*) input=" $(cat)" ;; esac
printf '%s%s\\n' "$*" "$input" >> "$LOG"
`

const files = realmFiles()
const FILES = [
  'team.json',
  'one-user.json',
  'console-export.json',
  'kubernetes.yaml',
  'registration-refused.json',
  'full-export.json',
  'groups-and-organizations.json',
  'old-format.json',
  'placeholders.json',
]

/** Applies a JSON Patch as RFC 6902 describes it. */
function patched(document: unknown, operations: readonly PatchOperation[]): unknown {
  const result = structuredClone(document) as Record<string, unknown>
  for (const { op, path, value } of operations) {
    const keys = path
      .split('/')
      .slice(1)
      .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'))
    const last = keys.pop() ?? ''
    const holder = keys.reduce<Record<string, unknown>>(
      (one, key) => one[key] as Record<string, unknown>,
      result,
    )
    const list = Array.isArray(holder) ? (holder as unknown[]) : undefined
    if (op === 'test') expect(holder[last], path).toEqual(value)
    else if (op === 'add' && list)
      list.splice(last === '-' ? list.length : Number(last), 0, structuredClone(value))
    else if (op === 'remove' && list) list.splice(Number(last), 1)
    else if (op === 'remove') delete holder[last]
    else holder[last] = structuredClone(value)
  }
  return result
}

describe.each(FILES)('the additions to %s', async (file) => {
  const realm = await files.realm(`test/fixtures/realm-files/${file}`)
  const sources = sourcesFor(realm, await needSources(files, ['https://mcp.example.com/mcp']))
  const steps = needSteps(realm, sources, true)
  const left = (result: Realm) => unmetNeeds(result, sources).filter(({ advice }) => advice === null)

  it('are an overlay that meets the needs', () => {
    const content = additionOverlay(realm, steps.at(-1)?.after ?? realm, false)
    expect(left(applyOverlays(realm, [{ name: 'mcp', content }]))).toEqual([])
    expect(JSON.stringify(content)).not.toMatch(/"(secret|credentials|value)"/)
  })

  it('are a patch that meets the needs, of the resource alone', () => {
    const text = realmImportPatch(realm, steps)
    const operations = parse(text) as readonly PatchOperation[]
    const { spec } = patched({ spec: { realm } }, operations) as { spec: { realm: Realm } }
    expect(left(spec.realm)).toEqual([])
    expect(operations.filter(({ op }) => op === 'remove')).toEqual([])
    expect(text).toMatch(/^# Audience\. /m)
  })

  it('are a script with the need of each line, and without a secret', () => {
    const script = kcadmScript(realm.realm, steps)
    const commands = script.split('\n').filter((line) => /^(kc|create|assign|has|SCOPES=) .*["']/.test(line))
    expect(commands.length).toBeGreaterThan(5)
    for (const { need } of steps)
      expect(script).toMatch(new RegExp(`^(kc|create|assign|has) .* # ${need.name}$`, 'm'))
    expect(script).not.toMatch(/"(secret|credentials)"/)
  })
})

describe('a patch', () => {
  it('is empty for a realm that lacks nothing', () => {
    expect(realmImportPatch({ realm: 'a' }, [])).toBe('[]\n')
  })

  it('names each item before it changes one, and removes the last one first', () => {
    const [a, b, c] = ['a', 'b', 'c'].map((name) => ({ name, 'x/y': 1 }))
    const before = { roles: [a, b, c] }
    const after = { roles: [{ name: 'c', 'x/y': 2 }, { name: 'd' }] }
    const patch = jsonPatch(before, after, '')
    expect(patch).toEqual([
      { op: 'test', path: '/roles/2/name', value: 'c' },
      { op: 'replace', path: '/roles/2/x~1y', value: 2 },
      { op: 'test', path: '/roles/1/name', value: 'b' },
      { op: 'remove', path: '/roles/1' },
      { op: 'test', path: '/roles/0/name', value: 'a' },
      { op: 'remove', path: '/roles/0' },
      { op: 'add', path: '/roles/-', value: { name: 'd' } },
    ])
    expect(patched(before, patch)).toEqual(after)
  })
})

describe('a script', () => {
  it(
    'takes names of the file as texts, not as commands',
    needs(process.platform !== 'win32', 'POSIX'),
    async () => {
      const folder = await tempFolder()
      const name = `it's "x" ) $(touch ${folder}/run) \`touch ${folder}/run\` \\ }\n`.trim()
      const before = { realm: name, scopeMappings: [], clientScopes: [{ name }] }
      const after = {
        realm: name,
        scopeMappings: [{ clientScope: name, roles: [name] }],
        clientScopes: [{ name, attributes: { text: name } }],
      }
      const need = { name: 'n', title: 'T', reason: 'R', url: 'U' } as UnmetNeed
      const kcadm = join(folder, 'kcadm.sh')
      const log = join(folder, 'log')
      await writeFile(kcadm, FAKE_KCADM, { mode: 0o755 })
      await writeFile(join(folder, 'mcp.sh'), kcadmScript(name, [{ need, before, after }]))
      const env = { KCADM: kcadm, LOG: log, LIST: `id-1,other\nid-2,${name}` }
      await execa('sh', [join(folder, 'mcp.sh')], { env })
      expect((await readFile(log, 'utf8')).trim().split('\n').slice(2)).toEqual([
        `update client-scopes/id-2 -r ${name} -s attributes."text"=${name}`,
        `create client-scopes/id-2/scope-mappings/realm -r ${name} -f - [{"id":"id-2"}]`,
      ])
      expect(await readdir(folder)).not.toContain('run')
    },
  )
})
