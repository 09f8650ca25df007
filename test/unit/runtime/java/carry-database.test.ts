import { access, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { describe, expect, it } from 'vitest'

import { carryDatabase } from '../../../../src/runtime/java/carry-database.ts'
import { tempFolder } from '../../support/temp-folder.ts'

/** The folder of a server, with this content in its database. */
async function server(content?: string): Promise<string> {
  const home = await tempFolder()
  if (content === undefined) return home
  await mkdir(join(home, 'data', 'h2'), { recursive: true })
  await writeFile(join(home, 'data', 'h2', 'keycloakdb.mv.db'), content)
  await writeFile(join(home, 'data', 'other'), 'other')
  return home
}

const database = (home: string) => readFile(join(home, 'data', 'h2', 'keycloakdb.mv.db'), 'utf8')

describe('the database of another version', () => {
  it.each([
    ['that has none', undefined],
    ['in place of what it has', 'stale'],
  ])('is copied to a server %s', async (_, before) => {
    const [from, to] = [await server('realms'), await server(before)]
    await carryDatabase(from, to)
    expect([await database(from), await database(to)]).toEqual(['realms', 'realms'])
    expect((await readdir(join(to, 'data'))).filter((name) => name !== 'other')).toEqual(['h2'])
  })

  it('is the only thing that is copied', async () => {
    const [from, to] = [await server('realms'), await server()]
    await carryDatabase(from, to)
    await expect(access(join(to, 'data', 'other'))).rejects.toThrow('ENOENT')
  })

  it('that is not there changes nothing', async () => {
    const [from, to] = [await server(), await server('realms')]
    await carryDatabase(from, to)
    expect(await database(to)).toBe('realms')
  })
})
