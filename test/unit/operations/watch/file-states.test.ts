import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

import { describe, expect, it } from 'vitest'

import { fileStates, nextChange, type WatchedFiles } from '../../../../src/operations/watch/file-states.ts'
import { tempFolder } from '../../support/temp-folder.ts'

/** The names of the files that change while `edit` runs; `undefined` for none. */
async function changedBy(files: WatchedFiles, edit: () => Promise<unknown>) {
  const ended = new AbortController()
  const before = await fileStates(files)
  const change = nextChange(files, before, ended.signal, async () => {})
  await edit()
  const late = setTimeout(() => ended.abort(), 1500)
  const names = (await change)?.changed.map((path) => basename(path)).sort()
  clearTimeout(late)
  return names
}

async function project() {
  const folder = await tempFolder()
  const overlay = join(folder, 'overlay.json')
  const realmFile = join(folder, 'realm.json')
  await writeFile(overlay, '{}')
  await writeFile(realmFile, '{}')
  return { folder, overlay, realmFile, files: { paths: [overlay], realmFile } }
}

describe('a change is seen', () => {
  it('of a file that is written', async () => {
    const { files, overlay } = await project()
    expect(await changedBy(files, () => writeFile(overlay, '{ }'))).toEqual(['overlay.json'])
  })

  it('of a file that an editor replaces', async () => {
    const { files, overlay, folder } = await project()
    const edit = async () => {
      await writeFile(join(folder, '.tmp'), '{}')
      await rename(join(folder, '.tmp'), overlay)
    }
    expect(await changedBy(files, edit)).toEqual(['overlay.json'])
  })

  it('of a file that is removed, and of one that is created again', async () => {
    const { files, overlay } = await project()
    expect(await changedBy(files, () => rm(overlay))).toEqual(['overlay.json'])
    expect(await changedBy(files, () => writeFile(overlay, '{}'))).toEqual(['overlay.json'])
  })

  it('of the target of a link, and of the link', async () => {
    const { folder, overlay } = await project()
    const link = join(folder, 'link.json')
    await symlink(overlay, link)
    const files = { paths: [link], realmFile: undefined }
    expect(await changedBy(files, () => writeFile(overlay, '{ }'))).toEqual(['link.json'])
    await mkdir(join(folder, 'other'))
    await writeFile(join(folder, 'other', 'overlay.json'), '{}')
    const edit = async () => {
      await rm(link)
      await symlink(join(folder, 'other', 'overlay.json'), link)
    }
    expect(await changedBy(files, edit)).toEqual(['link.json'])
  })

  it('of a file with users beside the realm file, also of a new one', async () => {
    const { files, folder } = await project()
    const users = join(folder, 'shop-users-0.json')
    expect(await changedBy(files, () => writeFile(users, '{}'))).toEqual(['shop-users-0.json'])
    expect(await changedBy(files, () => writeFile(users, '{ }'))).toEqual(['shop-users-0.json'])
  })

  it('once for several saves in a burst', async () => {
    const { files, overlay, realmFile } = await project()
    const edit = async () => {
      for (let save = 0; save < 5; save++) {
        await writeFile(overlay, `{"displayName":"${save}"}`)
        await sleep(50)
      }
      await writeFile(realmFile, '{ }')
    }
    const changed = await changedBy(files, edit)
    expect(changed).toEqual(['overlay.json', 'realm.json'])
  })
})

it('no change is seen of other files, and the wait ends with the signal', async () => {
  const { files, folder } = await project()
  expect(await changedBy(files, () => writeFile(join(folder, 'other.json'), '{}'))).toBeUndefined()
})
