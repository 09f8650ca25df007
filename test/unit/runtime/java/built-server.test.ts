import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { keepServerBuild, takeBuild } from '../../../../src/runtime/java/built-server.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mcp-keycloak-built-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

async function home(name: string, bytecode: string): Promise<string> {
  const path = join(folder, name)
  await mkdir(join(path, 'lib', 'quarkus'), { recursive: true })
  await writeFile(join(path, 'lib', 'quarkus', 'generated-bytecode.jar'), bytecode)
  await writeFile(join(path, 'lib', 'quarkus', 'build-system.properties'), `of=${bytecode}`)
  return path
}

const bytecodeOf = (path: string) => readFile(join(path, 'lib', 'quarkus', 'generated-bytecode.jar'), 'utf8')

describe('what a server has built', () => {
  it('goes to the next new server', async () => {
    const kept = join(folder, 'built')
    await keepServerBuild(await home('first', 'built'), kept)
    const next = await home('next', 'stock')
    await takeBuild(kept, next)
    expect(await bytecodeOf(next)).toBe('built')
    expect((await readdir(join(next, 'lib', 'quarkus'))).sort()).toEqual([
      'build-system.properties',
      'generated-bytecode.jar',
    ])
  })

  it('is kept once, and is what the first one has built', async () => {
    const kept = join(folder, 'built')
    await keepServerBuild(await home('first', 'built'), kept)
    await keepServerBuild(await home('second', 'built later'), kept)
    const next = await home('next', 'stock')
    await takeBuild(kept, next)
    expect(await bytecodeOf(next)).toBe('built')
  })

  it('is thrown away when it is damaged, and the next server builds itself', async () => {
    const kept = join(folder, 'built')
    await keepServerBuild(await home('first', 'built'), kept)
    await writeFile(join(kept, 'generated-bytecode.jar'), 'bui')
    const next = await home('next', 'stock')
    await takeBuild(kept, next)
    expect(await bytecodeOf(next)).toBe('stock')
    expect(await readdir(folder)).toEqual(['first', 'next'])
  })

  it.each(['sha256.json', 'checksums'])('is not taken when it brings its own checksums: %s', async (name) => {
    const planted = await home('planted', 'planted')
    const kept = join(folder, 'built')
    await rename(join(planted, 'lib', 'quarkus'), kept)
    const sum = createHash('sha256').update('planted').digest('hex')
    await writeFile(join(kept, name), JSON.stringify({ 'generated-bytecode.jar': sum }))
    const next = await home('next', 'stock')
    await takeBuild(kept, next)
    expect(await bytecodeOf(next)).toBe('stock')
  })

  it('is not kept of a server with providers of its own', async () => {
    const special = await home('special', 'built with providers')
    await mkdir(join(special, 'providers'))
    await writeFile(join(special, 'providers', 'theirs.jar'), '')
    await keepServerBuild(special, join(folder, 'built'))
    expect(await readdir(folder)).toEqual(['special'])
  })

  it('is left out when it cannot be copied, and nothing half done stays', async () => {
    const kept = join(folder, 'built')
    await keepServerBuild(await home('first', 'built'), kept)
    const next = await home('next', 'stock')
    await rm(join(next, 'lib', 'quarkus', 'build-system.properties'))
    await mkdir(join(next, 'lib', 'quarkus', 'build-system.properties')) // a file cannot take its place
    await takeBuild(kept, next)
    expect((await readdir(join(next, 'lib', 'quarkus'))).sort()).toEqual([
      'build-system.properties',
      'generated-bytecode.jar',
    ])
  })

  it('is nothing when nothing was kept, and keeping it may fail', async () => {
    const next = await home('next', 'stock')
    await takeBuild(join(folder, 'built'), next)
    await keepServerBuild(join(folder, 'no-such-home'), join(folder, 'built'))
    expect(await bytecodeOf(next)).toBe('stock')
    expect(await readdir(folder)).toEqual(['next'])
  })
})
