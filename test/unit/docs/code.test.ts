import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { execa } from 'execa'
import { afterAll, expect, it } from 'vitest'

import { serverCode } from '../../../scripts/docs/server-code.ts'
import { DEFAULT_CONFIG } from '../../../src/config/schema.ts'
import { realmRender } from '../../../src/index.ts'
import { docsBlocks, docsSamples } from '../../helpers/projects/docs-samples.ts'

const ROOT = fileURLToPath(new URL('../../../', import.meta.url))
/** Within the repository, where the samples find its packages and its types. */
const FOLDER = join(ROOT, '.cache', `docs-samples-${process.pid}`)
afterAll(() => rm(FOLDER, { recursive: true, force: true }))

/** Languages of blocks that are no code to run: terminals, and the output of programs. */
const TERMINALS = ['sh', 'console', 'text']

const blocks = await docsBlocks()

it('every code block is a file, a JSON sample or part of a server', () => {
  const server = serverCode('typescript-sdk')
  const isKnown = ({ language, name, code }: (typeof blocks)[number]) =>
    TERMINALS.includes(language) || name !== undefined || language === 'json' || server.includes(code)
  expect(blocks.length).toBeGreaterThan(40)
  expect(blocks.filter((block) => !isKnown(block))).toEqual([])
})

it('the samples in TypeScript and JavaScript pass the type checker', async () => {
  const samples = await docsSamples(['ts', 'js'])
  const { 'my-server.ts': _, ...files } = samples
  await mkdir(FOLDER, { recursive: true })
  const declared =
    'export declare function startMyServer(options: { issuer: string; port: number }): Promise<AsyncDisposable>\n'
  const options = {
    extends: '../../tsconfig.json',
    compilerOptions: {
      noEmit: true,
      allowJs: true,
      checkJs: true,
      rootDir: ROOT,
      paths: {
        'mcp-keycloak': ['../../src/index.ts'],
        'mcp-keycloak/testing': ['../../src/testing/index.ts'],
        'mcp-keycloak/testing/vitest': ['../../src/testing/vitest.ts'],
        'mcp-keycloak/testing/container': ['../../src/testing/container/container.ts'],
      },
    },
    include: ['./*'],
  }
  const all = { ...files, 'my-server.d.ts': declared, 'tsconfig.json': JSON.stringify(options) }
  for (const [name, code] of Object.entries(all)) await writeFile(join(FOLDER, name), code)
  const tsc = join(ROOT, 'node_modules', '.bin', 'tsc')
  const { exitCode, stdout } = await execa(tsc, ['-p', FOLDER], { reject: false })
  expect(exitCode, stdout).toBe(0)
}, 60_000)

it('conftest.py is the one that the tests run, which has fifteen lines at most', async () => {
  const conftest = await readFile(join(ROOT, 'test/fixtures/pytest/conftest.py'), 'utf8')
  expect(await docsSamples(['python'])).toMatchObject({ 'conftest.py': conftest })
  expect(conftest.split('\n').filter(Boolean).length).toBeLessThanOrEqual(15)
})

it('the overlay of the page about realms adds a role and changes the lifespan', async () => {
  const page = blocks.find(({ page, language }) => page.endsWith('own-realm.md') && language === 'json')
  await mkdir(FOLDER, { recursive: true })
  const file = join(FOLDER, 'shop.json')
  await writeFile(file, page?.code ?? '')
  const realm = JSON.stringify((await realmRender({ ...DEFAULT_CONFIG, with: [file] })).realm)
  expect(realm).toContain('"name":"editor"')
  expect(realm).toContain('"name":"admin"')
  expect(realm).toContain('"accessTokenLifespan":600')
})
