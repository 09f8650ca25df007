import { chmod, mkdir, readdir, readFile, stat, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { describe, expect, it } from 'vitest'

import { TEMPLATE_SIGN } from '../../../../src/runtime/database-template.ts'
import { keepServerDatabase, takeDatabase } from '../../../../src/runtime/java/template-server.ts'
import { tempFolder } from '../../support/temp-folder.ts'

const ADMIN = { username: 'admin', password: 'only-here' }

/** A server's home, and a JVM that turns any database into a template, or does what `script` says. */
async function server(script = `printf template >keycloakdb.mv.db; echo '--> ${TEMPLATE_SIGN}'`) {
  const root = await tempFolder()
  const home = join(root, 'home')
  for (const folder of [join(home, 'data', 'h2'), join(home, 'lib', 'lib', 'main'), join(root, 'jdk', 'bin')])
    await mkdir(folder, { recursive: true })
  const java = join(root, 'jdk', 'bin', 'java')
  await writeFile(java, `#!/bin/sh\n${script}\n`)
  await chmod(java, 0o755)
  await writeFile(join(home, 'lib', 'lib', 'main', 'com.h2database.h2-2.jar'), '')
  return { root, home, jdk: { home: join(root, 'jdk'), major: 25, version: '25' } }
}

/** A template that was kept, and a server before its first start. */
async function kept() {
  const { root, home, jdk } = await server()
  const folder = join(root, 'database-26.7.5-abc')
  await writeFile(join(home, 'data', 'h2', 'keycloakdb.mv.db'), 'with keys')
  await keepServerDatabase(home, folder, jdk)
  const next = await server()
  return { folder, template: join(folder, 'keycloakdb.mv.db'), home, next: next.home }
}

const database = (home: string) => readdir(join(home, 'data', 'h2'))

describe('the template of a database', () => {
  it('is kept without what the database has, and readable by its owner alone', async () => {
    const { folder, template, home } = await kept()
    expect(await readFile(template, 'utf8')).toBe('template')
    expect([(await stat(folder)).mode & 0o077, await readdir(folder)]).toEqual([0, ['keycloakdb.mv.db']])
    expect(await readdir(join(home, 'data'))).toEqual(['h2'])
  })

  it.each([
    ['is not a new one', `echo '--> realms 2 users 1'`],
    ['cannot be opened', 'exit 1'],
    ['has no program of H2', 'echo "Could not find or load main class" >&2; exit 1'],
  ])('is not made of a database that %s', async (_, script) => {
    const { root, home, jdk } = await server(script)
    await writeFile(join(home, 'data', 'h2', 'keycloakdb.mv.db'), 'with keys')
    await keepServerDatabase(home, join(root, 'template'), jdk)
    expect((await readdir(root)).sort()).toEqual(['home', 'jdk'])
    expect(await readdir(join(home, 'data'))).toEqual(['h2'])
  })

  it("is not made of a server with the user's own providers", async () => {
    const { root, home, jdk } = await server()
    await mkdir(join(home, 'providers'))
    await writeFile(join(home, 'providers', 'mine.jar'), '')
    await keepServerDatabase(home, join(root, 'template'), jdk)
    expect((await readdir(root)).sort()).toEqual(['home', 'jdk'])
  })

  it('is given to a new server with a script that nobody else can read', async () => {
    const { folder, next } = await kept()
    await takeDatabase(folder, next, ADMIN)
    expect((await database(next)).sort()).toEqual(['first-start.sql', 'keycloakdb.mv.db'])
    for (const name of await database(next))
      expect((await stat(join(next, 'data', 'h2', name))).mode & 0o077, name).toBe(0)
    expect(await readFile(join(next, 'data', 'h2', 'first-start.sql'), 'utf8')).not.toContain('only-here')
  })

  it.each([
    ['is cut off', (template: string) => truncate(template, 3)],
    ['was changed', (template: string) => writeFile(template, 'planted!')],
    ['has another file beside it', (template: string) => writeFile(`${template}.x`, '')],
  ])('is not given when it %s', async (_, damage) => {
    const { folder, template, next } = await kept()
    await damage(template)
    await takeDatabase(folder, next, ADMIN)
    expect(await database(next)).toEqual([])
    await expect(stat(folder)).rejects.toMatchObject({ code: 'ENOENT' })
  })

  it('never replaces a database, and is not there for another version', async () => {
    const { folder, home, next } = await kept()
    await takeDatabase(folder, home, ADMIN)
    expect(await readFile(join(home, 'data', 'h2', 'keycloakdb.mv.db'), 'utf8')).toBe('with keys')
    expect(await database(home)).toEqual(['keycloakdb.mv.db'])
    await takeDatabase(`${folder}-other`, next, ADMIN)
    expect(await database(next)).toEqual([])
  })

  it('leaves no script behind when it cannot be written, as on a full disk', async () => {
    const { folder, next } = await kept()
    const partial = join(next, 'data', 'h2', 'keycloakdb.mv.db.partial')
    await mkdir(partial)
    await takeDatabase(folder, next, ADMIN)
    expect((await database(next)).filter((name) => name !== 'keycloakdb.mv.db.partial')).toEqual([])
  })
})
