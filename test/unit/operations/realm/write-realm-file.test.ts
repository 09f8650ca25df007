import { execFile } from 'node:child_process'
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { describe, expect, it } from 'vitest'

import { writeRealmFile } from '../../../../src/operations/realm/write-realm-file.ts'
import { needs } from '../../../helpers/suite/needs.ts'
import { refusal } from '../../support/refusal.ts'
import { tempFolder } from '../../support/temp-folder.ts'

const MODULE = new URL('../../../../src/operations/realm/write-realm-file.ts', import.meta.url).href

it('a realm file is written in place of another', async () => {
  const path = join(await tempFolder(), 'realm.json')
  await writeFile(path, 'a much longer text that was there before')
  await writeRealmFile(path, { a: 1 })
  expect(await readFile(path, 'utf8')).toBe('{\n  "a": 1\n}\n')
})

it('a link out of the project is refused with the command for its target', async () => {
  const [folder, elsewhere] = [await tempFolder(), await tempFolder()]
  const target = join(elsewhere, 'profile')
  await writeFile(target, 'precious')
  await symlink(target, join(folder, 'realm.json'))
  const error = await refusal(() => writeRealmFile(join(folder, 'realm.json'), {}))
  expect([error.code, error.why, error.fix]).toEqual([
    'USAGE_INVALID',
    expect.stringContaining(target),
    expect.stringContaining(`--output ${target}`),
  ])
  expect(await readFile(target, 'utf8')).toBe('precious')
})

it('a link to a file beside it is followed', async () => {
  const folder = await tempFolder()
  await symlink('real.json', join(folder, 'realm.json'))
  await writeRealmFile(join(folder, 'realm.json'), {})
  expect(await readFile(join(folder, 'real.json'), 'utf8')).toBe('{}\n')
})

it.each(['a pipe', 'a folder'])('%s is refused at once', async (kind) => {
  const path = join(await tempFolder(), 'realm.json')
  await (kind === 'a pipe' ? promisify(execFile)('mkfifo', [path]) : mkdir(path))
  const error = await refusal(() => writeRealmFile(path, {}))
  expect(error.code).toBe('USAGE_INVALID')
  expect(error).toMatchSnapshot()
})

describe('a file of the shell', needs(process.platform !== 'win32', 'POSIX'), () => {
  const script = `import { writeRealmFile } from ${JSON.stringify(MODULE)}; await writeRealmFile(process.argv[1], { a: 1 })`
  const node = [process.execPath, '--no-warnings', '--input-type=module', '-e', script]
  const run = async (place: string, redirection: string) => {
    const command = `exec "$@" ${place} ${redirection}`
    return (await promisify(execFile)('sh', ['-c', command, 'sh', ...node])).stdout
  }

  it.each([
    ['/dev/stdout', '| cat'],
    ['/dev/stderr', '2>&1 >/dev/null | cat'],
    ['/dev/fd/3', '3>&1 >/dev/null | cat'],
  ])('is written: %s %s', async (place, redirection) => {
    expect(await run(place, redirection)).toBe('{\n  "a": 1\n}\n')
  })

  it('keeps what is there, as with >>', async () => {
    const path = join(await tempFolder(), 'log')
    await writeFile(path, 'before\n')
    await run('/dev/stdout', `>> ${path}`)
    expect(await readFile(path, 'utf8')).toBe('before\n{\n  "a": 1\n}\n')
  })
})
