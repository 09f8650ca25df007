import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { beforeEach, describe, expect, it } from 'vitest'

import {
  archiveWritten,
  giveArchive,
  keepContainerArchive,
} from '../../../../src/runtime/compose/container-archive.ts'
import { preferredPrograms } from '../../support/fake-programs.ts'
import { refusal } from '../../support/refusal.ts'
import { tempFolder } from '../../support/temp-folder.ts'

const BUILD = { version: '26.7.5', features: [] }
const IMAGE = 'sha256:0123456789abcdef'

let cache: string
let calls: () => Promise<readonly string[]>

beforeEach(async () => {
  cache = await tempFolder()
})

/** A docker whose containers are of one image. `copied` are the names of the files that a copy from it has. */
async function docker({ image = IMAGE, copied = [] as readonly string[], writing = '1' } = {}) {
  const record = join(await tempFolder(), 'calls')
  const files = copied.map((name) => `echo x > "$3/${name}"`).join('; ')
  await preferredPrograms({
    docker: `
echo "$*" >> ${record}
case "$*" in
  inspect*) echo ${image};;
  cp*" - "*) cat > /dev/null;;
  cp*.jsa) ;;
  cp*) mkdir "$3" || exit 1; ${files || 'exit 1'};;
  exec*) exit ${writing};;
esac`,
  })
  calls = async () => (await readFile(record, 'utf8').catch(() => '')).split('\n').filter(Boolean)
}

const archives = () => readdir(join(cache, 'archives')).catch(() => [])

describe('the class-data archive of containers', () => {
  it('is kept without what is half written, and goes into the next container', async () => {
    await docker({ copied: ['1.jsa', '7.lst', '7.partial'] })
    const folder = await keepContainerArchive('c0ffee', BUILD, cache)
    expect(await archives()).toEqual([expect.stringMatching(/^26\.7\.5-[0-9a-f]{8}-0123456789ab$/)])
    expect(await readdir(folder ?? '')).toEqual(['1.jsa'])
    await giveArchive('c0ffee', BUILD, cache)
    expect((await calls()).slice(-2)).toEqual([
      'cp - c0ffee:/opt/keycloak/data',
      `cp ${folder}/1.jsa c0ffee:/opt/keycloak/data/archive/1.jsa`,
    ])
  })

  it.each([
    ['has written none', { copied: ['7.lst'] }],
    ['cannot be copied from', {}],
    ['is gone', { image: '', copied: ['1.jsa'] }],
  ])('is not kept when the container %s', async (_, answers) => {
    await docker(answers)
    expect(await keepContainerArchive('c0ffee', BUILD, cache)).toBeUndefined()
    expect(await archives()).toEqual([])
  })

  it('is copied once for an image and its options', async () => {
    await docker({ copied: ['1.jsa'] })
    const folder = await keepContainerArchive('c0ffee', BUILD, cache)
    expect(await keepContainerArchive('c0ffee', BUILD, cache)).toBe(folder)
    expect((await calls()).filter((call) => call.startsWith('cp'))).toHaveLength(1)
    await keepContainerArchive('c0ffee', { ...BUILD, features: ['cimd'] }, cache)
    expect(await archives()).toHaveLength(2)
  })

  it('replaces the one of an earlier image, and what a killed command has left', async () => {
    await docker({ copied: ['1.jsa'] })
    const folder = (await keepContainerArchive('c0ffee', BUILD, cache)) ?? ''
    await mkdir(`${folder}.left-behind`)
    await writeFile(join(cache, 'archives', '5.jsa'), 'of a local JDK')
    await docker({ image: 'sha256:ffffffffffffffff', copied: ['1.jsa'] })
    await keepContainerArchive('c0ffee', BUILD, cache)
    expect(await archives()).toEqual([expect.stringMatching(/-ffffffffffff$/), '5.jsa'])
  })

  it('is not given to a container of another image', async () => {
    await docker({ copied: ['1.jsa'] })
    await keepContainerArchive('c0ffee', BUILD, cache)
    await docker({ image: 'sha256:ffffffffffffffff' })
    await giveArchive('c0ffee', BUILD, cache)
    expect(await calls()).toEqual(['inspect --format {{.Image}} c0ffee'])
  })

  it('the wait for the archive ends with its class list or with Ctrl-C', async () => {
    await docker({ writing: '1' })
    await archiveWritten('c0ffee', undefined)
    expect(await calls()).toHaveLength(1)
    await docker({ writing: '0' })
    expect(await refusal(() => archiveWritten('c0ffee', AbortSignal.abort()))).toMatchObject({
      code: 'INTERRUPTED',
    })
  })
})
