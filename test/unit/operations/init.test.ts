import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

import { describe, expect, it } from 'vitest'

import { packageVersion } from '../../../src/assets.ts'
import { CONFIG_FILE_NAME } from '../../../src/config/config-file.ts'
import { resolveConfig } from '../../../src/config/resolve.ts'
import type { ConfigKey } from '../../../src/config/schema.ts'
import { init, SCHEMA_FILE_NAME } from '../../../src/operations/init.ts'
import { refusal } from '../support/refusal.ts'
import { tempFolder } from '../support/temp-folder.ts'

/** Files of a project, by their paths, and the folder that it is in. */
async function project(files: Readonly<Record<string, string>>): Promise<string> {
  const root = await tempFolder()
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true })
    await writeFile(join(root, path), text)
  }
  return root
}

async function initIn(cwd: string, flags: Partial<Record<ConfigKey, unknown>> = {}) {
  return init(await resolveConfig({ flags, env: {}, cwd, configFile: false }), cwd)
}

describe('init', () => {
  it('init writes a valid config file with schema, realm and MCP URL', async () => {
    const root = await project({ 'package.json': '{"name":"@acme/shop"}' })
    const report = await initIn(root)
    const config = {
      $schema: `https://unpkg.com/mcp-keycloak@${packageVersion()}/${SCHEMA_FILE_NAME}`,
      realm: 'shop',
      mcpUrl: ['http://localhost:8000/mcp'],
    }
    const path = join(root, CONFIG_FILE_NAME)
    expect(report).toEqual({ schemaVersion: 1, path, config, warnings: [] })
    expect(await readFile(path, 'utf8')).toBe(`${JSON.stringify(config, null, 2)}\n`)
    expect(await readdir(root)).toEqual([CONFIG_FILE_NAME, 'package.json'])
    const { config: read, origins } = await resolveConfig({ env: {}, cwd: root })
    expect(read).toMatchObject({ realm: 'shop', mcpUrl: config.mcpUrl })
    expect(origins.realm).toBe('config file')
  })

  it.each([
    ['beside package.json', { 'package.json': '{"name":"shop"}' }, 'shop'],
    ['beside pyproject.toml', { 'pyproject.toml': '[project]\nname = "shop"\n' }, 'shop'],
    ['beside one of Poetry', { 'pyproject.toml': '[tool.poetry]\nname = "shop"\n' }, 'shop'],
    ['beside go.mod', { 'go.mod': '// x\nmodule github.com/acme/shop/v2\n\ngo 1.24\n' }, 'shop'],
    ['with a name that no realm may have', { 'package.json': '{"name":"master"}' }, 'fastmcp'],
    ['with a name of other letters', { 'package.json': '{"name":"My Café (1)"}' }, 'My-Caf-1'],
  ])('goes upwards from the current folder: %s', async (_, files, realm) => {
    const root = await project({ ...files, 'src/deep/x': '' })
    const { path, config } = await initIn(join(root, 'src', 'deep'))
    expect([path, config.realm]).toEqual([join(root, CONFIG_FILE_NAME), realm])
  })

  it.each([
    ['there is no project', {}],
    ['its manifest is broken', { 'shop/package.json': '{' }],
    ['its manifest has no name', { 'shop/pyproject.toml': '[build-system]\n' }],
    [
      'the project is that of another repository',
      { 'package.json': '{"name":"home"}', 'shop/.git/HEAD': '' },
    ],
  ])('takes the current folder and its name when %s', async (_, files) => {
    const root = await project({ 'shop/x': '', ...files })
    const { path, config } = await initIn(join(root, 'shop'))
    expect([path, config.realm]).toEqual([join(root, 'shop', CONFIG_FILE_NAME), 'shop'])
  })

  it('names the schema in the dependencies, where it is installed', async () => {
    const installed = `node_modules/mcp-keycloak/${SCHEMA_FILE_NAME}`
    const root = await project({
      [installed]: '{}',
      'package.json': '{}',
      'packages/a/package.json': '{"name":"a"}',
    })
    expect((await initIn(root)).config.$schema).toBe(`./${installed}`)
    const inner = await initIn(join(root, 'packages', 'a'))
    expect(inner.config.$schema).toBe(`../../${installed}`)
    expect(inner.warnings).toEqual([expect.stringContaining(join(root, CONFIG_FILE_NAME))])
  })

  it('takes the options that are given, and paths from where the file is', async () => {
    const root = await project({ 'package.json': '{"name":"shop"}', 'src/x': '' })
    const { config } = await initIn(join(root, 'src'), {
      realm: 'store',
      mcpUrl: ['http://localhost:9000/mcp'],
      with: ['strict', './mine.json', '../other.json'],
      port: '8081',
      consent: false,
    })
    expect(config).toEqual({
      $schema: expect.stringContaining('https://'),
      realm: 'store',
      mcpUrl: ['http://localhost:9000/mcp'],
      port: 8081,
      with: ['strict', './src/mine.json', './other.json'],
      consent: false,
    })
  })

  it('leaves name and MCP URL to a realm file', async () => {
    const root = await project({ 'package.json': '{"name":"shop"}' })
    const { config } = await initIn(root, { realmFile: 'realm.json' })
    expect(config).toEqual({ $schema: expect.any(String), realmFile: './realm.json' })
  })

  it('init adds the overlay mcp to a realm file that needs it, unless refused', async () => {
    const realmFile = `${process.cwd()}/test/fixtures/realm-files/team.json`
    const [asked, unasked, own] = [await project({}), await project({}), await project({})]
    const resolved = await resolveConfig({ flags: { realmFile }, env: {}, cwd: asked, configFile: false })
    const refused = await init(resolved, asked, async ({ unmet }) => unmet.length === 0)
    expect([refused.config.with, refused.warnings]).toEqual([undefined, []])
    const added = await initIn(unasked, { realmFile, with: ['browser'] })
    expect(added.config.with).toEqual(['browser', 'mcp'])
    expect(added.warnings).toEqual([expect.stringMatching(/lacks \d+ of \d+ needs of MCP/)])
    expect((await initIn(own, { realmFile, with: ['mcp'] })).warnings).toEqual([])
  })

  it('keeps a realm file that cannot be read yet, and says so', async () => {
    const root = await project({})
    const { config, warnings } = await initIn(root, { realmFile: join(root, 'later.json') })
    expect(config).toMatchObject({ realmFile: './later.json' })
    expect(warnings).toEqual([expect.stringContaining('later.json')])
  })

  it('refuses a bad option before it writes anything', async () => {
    const root = await project({})
    expect((await refusal(() => initIn(root, { mcpUrl: ['localhost'] }))).code).toBe('USAGE_INVALID')
    expect(await readdir(root)).toEqual([])
  })

  it.each(['{"port":1}', 'broken', ''])('never changes a file that is there: %j', async (text) => {
    const root = await project({ [CONFIG_FILE_NAME]: text })
    const error = await refusal(() => initIn(root))
    expect(error.code).toBe('USAGE_INVALID')
    expect(error.message).toContain(join(root, CONFIG_FILE_NAME))
    expect(error).toMatchSnapshot()
    expect(await readFile(join(root, CONFIG_FILE_NAME), 'utf8')).toBe(text)
    expect(await readdir(root)).toEqual([CONFIG_FILE_NAME])
  })

  it('writes one of two at the same moment, whole', async () => {
    const root = await project({})
    const both = await Promise.allSettled([initIn(root, { realm: 'a' }), initIn(root, { realm: 'b' })])
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    expect(await readdir(root)).toEqual([CONFIG_FILE_NAME])
  })

  it('says so when it cannot write', async () => {
    const noFolder = join(await project({ file: '' }), 'file')
    const error = await refusal(() => initIn(noFolder))
    expect(error.code).toBe('USAGE_INVALID')
    expect(error.message).toContain(join(noFolder, CONFIG_FILE_NAME))
  })
})
