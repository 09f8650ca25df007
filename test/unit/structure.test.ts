import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { describe, expect, it } from 'vitest'

import { checkStructure } from './structure/check-structure.ts'
import { EDGES } from './structure/rules.ts'
import { codeOnly, importsOf } from './structure/source-text.ts'
import { tempFolder } from './support/temp-folder.ts'

const SRC = fileURLToPath(new URL('../../src', import.meta.url))

async function faultsOf(files: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const root = await tempFolder()
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true })
    await writeFile(join(root, path), text)
  }
  return checkStructure(root)
}

describe('the house', () => {
  it('keeps its own rules', async () => {
    expect(await checkStructure(SRC)).toEqual([])
  })

  it('has a table of rooms without a way round', () => {
    const reaches = (room: string, path: readonly string[] = []): string[] =>
      path.includes(room)
        ? [...path, room]
        : (EDGES[room] ?? []).flatMap((next) => reaches(next, [...path, room]))
    expect(Object.keys(EDGES).flatMap((room) => reaches(room))).toEqual([])
  })

  it('keeps runtime, keycloak, oauth and realm apart', () => {
    const four = ['runtime', 'keycloak', 'oauth', 'realm']
    for (const room of four) expect(EDGES[room]?.filter((other) => four.includes(other))).toEqual([])
  })
})

describe('the checker', () => {
  it.each([
    ['a value', "import { up } from '../operations/up.ts'"],
    ['a type', "import type { UpReport } from '../operations/up.ts'"],
    ['a side effect', "import '../operations/up.ts'"],
    ['a re-export', "export { up } from '../operations/up.ts'"],
    ['a re-export of everything', "export * from '../operations/up.ts'"],
    ['many lines', "import {\n  up,\n  type UpReport,\n} from '../operations/up.ts'"],
    ['a dynamic import', "const { up } = await import('../operations/up.ts')"],
    ['an import in a type', "type Up = typeof import('../operations/up.ts')"],
    ['an import in a template', 'const text = `a $'.concat("{await import('../operations/up.ts')} b`")],
  ])('sees an import that points up: %s', async (_form, text) => {
    expect(await faultsOf({ 'realm/load.ts': text })).toEqual([
      'realm/load.ts: imports operations/up.ts: realm may not import operations',
    ])
  })

  it('sees an import that points sideways, and lets pass one that points down', async () => {
    const faults = await faultsOf({
      'oauth/log-in.ts': "import { x } from '../realm/users.ts'\nimport { y } from '../config/schema.ts'\n",
      'oauth/discover.ts': "import { z } from './log-in.ts'\nimport { e } from '../errors.ts'\n",
    })
    expect(faults).toEqual(['oauth/log-in.ts: imports realm/users.ts: oauth may not import realm'])
  })

  it('refuses a folder with more than 25 files, and accepts one with 25', async () => {
    const files = (folder: string, count: number) =>
      Array.from({ length: count }, (_, at) => [`${folder}/f${at}.ts`, ''] as const)
    const faults = await faultsOf(Object.fromEntries([...files('realm', 26), ...files('config', 25)]))
    expect(faults).toEqual(['realm: has 26 files, more than 25'])
  })

  it('the check reports a room without a row and an import from outside src', async () => {
    const faults = await faultsOf({ 'shed/spade.ts': "import '../errors.ts'\nimport '../../bin/x.js'\n" })
    expect(faults).toEqual([
      'shed/spade.ts: lies in "shed", which has no row in the table of rooms',
      'shed/spade.ts: imports ../bin/x.js, which lies outside of src',
    ])
  })

  it('the check reports a package in a wrong place or without a row', async () => {
    const faults = await faultsOf({
      'realm/load.ts': "import chalk from 'chalk'\n",
      'runtime/compose/compose.ts': "import { execa } from 'execa'\nimport { join } from 'node:path'\n",
      'keycloak/realms.ts': "import type R from '@keycloak/keycloak-admin-client/lib/defs/r.js'\n",
      'config/schema.ts': "import x from 'left-pad/x'\n",
    })
    expect(faults).toEqual([
      'config/schema.ts: imports left-pad, which has no row in the package table',
      'realm/load.ts: imports chalk, which only cli may',
      'runtime/compose/compose.ts: imports execa, which only runtime/exec.ts may',
    ])
  })

  it('sees who prints or ends the process, in code and not in a text', async () => {
    const faults = await faultsOf({
      'operations/up.ts':
        'process.exitCode = 1 // process.stdout\n/* console.log */\nconst x = `console.log(1)`\n',
      'cli/commands/up.ts': "process.stdout.write('')\n",
      'cli/main.ts': 'process.exit(1)\n',
    })
    expect(faults).toEqual([
      'cli/commands/up.ts: uses process.stdout, which only cli/printer.ts, cli/prompt.ts, testing/global-setup.ts, testing/reaper.ts may',
      'operations/up.ts: uses process.exitCode, which only cli/main.ts may',
    ])
  })

  it('the check reports a line break in a text for people', async () => {
    const faults = await faultsOf({
      'realm/load.ts': "f({ why: 'one\\ntwo' })\nf({ why: ['one', 'two'] })\n",
    })
    expect(faults).toEqual([
      "realm/load.ts: has a line break in a text, which has to be an array of lines: f({ why: 'one\\ntwo' })",
    ])
  })

  it('sees long files and bad names', async () => {
    const faults = await faultsOf({
      'config/long.ts': '\n'.repeat(250).concat('const a = 1\n'),
      'config/just.ts': '\n'.repeat(249).concat('const a = 1\n'),
      'config/camelCase.ts': '',
      'oauth/utils.ts': '',
      'oauth/helpers/jar.ts': '',
    })
    expect(faults).toEqual([
      'config/camelCase.ts: "camelCase.ts" is not kebab-case.ts',
      'config/long.ts: has 251 lines, more than 250',
      'oauth/helpers/jar.ts: "helpers" says nothing of what is inside',
      'oauth/utils.ts: "utils" says nothing of what is inside',
    ])
  })

  it('does not take a snippet or a comment for an import', () => {
    const template = "const s = `import 'c'\n$".concat("{f({ x: `from 'd'` })} from 'e'`\n")
    const source = `// from 'a'\n/* import 'b' */\n${template}import 'f'\n`
    expect(importsOf(source)).toEqual(['f'])
    expect(codeOnly(source).split('\n')).toHaveLength(source.split('\n').length)
  })
})
