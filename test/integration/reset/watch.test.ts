import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

import { afterAll, beforeAll, expect, it } from 'vitest'

import { discover } from '../../../src/oauth/discover.ts'
import { registerClient } from '../../../src/oauth/register.ts'
import { type WatchLine, watchLineSchema } from '../../../src/operations/watch/watch-realm.ts'
import { sharedKeycloak } from '../../helpers/keycloak/own-keycloak.ts'
import { PUBLIC_CLIENT } from '../../helpers/keycloak/public-client.ts'
import { type SharedInstance, sharedInstance } from '../../helpers/keycloak/shared-instance.ts'
import { sharedAdmin } from '../../helpers/keycloak/test-realm.ts'
import { cli, start } from '../../helpers/program/cli.ts'
import { inOrder } from '../../helpers/suite/in-order.ts'

const REALM = 'watched'

let cwd: string
let shared: SharedInstance
let watching: ReturnType<typeof start>
const lines: WatchLine[] = []
let told = () => {}

/** The next event that has not been read yet. */
async function next(): Promise<WatchLine> {
  while (lines.length === 0) await new Promise<void>((resolve) => (told = resolve))
  return lines.shift() as WatchLine
}

const overlay = (text: string) => writeFile(join(cwd, 'own.json'), text)
const config = (values: object) => writeFile(join(cwd, 'mcp-keycloak.config.json'), JSON.stringify(values))
const realm = async () => (await sharedAdmin()).realms.findOne({ realm: REALM })

inOrder('each test changes a file of the same project')

beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'mcp-keycloak-watch-'))
  shared = sharedInstance(REALM)
  await config({ with: ['./own.json'], user: ['alice:secret'] })
  await overlay('{"displayName":"one"}')
  watching = start(['up', '--watch', '--json', '--no-proof'], { env: shared.env, cwd })
  createInterface(watching.stdout).on('line', (line) => {
    lines.push(watchLineSchema.parse(JSON.parse(line)))
    told()
  })
})
afterAll(async () => {
  watching.kill('SIGKILL')
  await watching
  await shared[Symbol.asyncDispose]()
  await rm(cwd, { recursive: true, force: true })
})

it('begins with the report of up and the names of the files', async () => {
  expect(await next()).toMatchObject({
    event: 'up',
    up: { realm: 'created', admin: { password: '(secret)' } },
  })
  const { event, files } = await next()
  expect([event, files]).toEqual(['watching', [join(cwd, 'mcp-keycloak.config.json'), join(cwd, 'own.json')]])
})

it('resets the realm after a change of an overlay; clients stay', async () => {
  const client = await registerClient(
    await discover(`${sharedKeycloak().url}/realms/${REALM}`),
    PUBLIC_CLIENT,
  )
  await overlay('{"displayName":"two"}')
  const { event, files, reset } = await next()
  expect([event, files]).toEqual(['reset', [join(cwd, 'own.json')]])
  expect(reset).toMatchObject({ inPlace: true, kept: { clients: [client.client_id], sessions: true } })
  expect((await realm())?.displayName).toBe('two')
})

it('leaves the realm alone after a refused file, and waits on', async () => {
  await overlay('{"displayName":')
  expect(await next()).toMatchObject({ event: 'refused', reset: null, error: { code: 'REALM_INVALID' } })
  expect((await realm())?.displayName).toBe('two')
  await overlay('{"displayName":"three"}')
  expect(await next()).toMatchObject({ event: 'reset' })
})

it('resets the realm without an option that the config file has no longer', async () => {
  await config({ with: ['./own.json'], role: ['editor'] })
  expect(await next()).toMatchObject({ event: 'reset', reset: { dropped: { users: ['alice'] } } })
})

it('refuses an option that needs a restart, and applies nothing else of that change', async () => {
  await config({ with: ['./own.json'], role: ['author'], port: 9 })
  const { event, error } = await next()
  expect([event, error?.code]).toEqual(['refused', 'USAGE_INVALID'])
  expect(error?.message).toContain('port')
  expect(error?.fix).toContain('mcp-keycloak down')
  const roles = await (await sharedAdmin()).roles.find({ realm: REALM })
  expect(roles.map(({ name }) => name)).not.toContain('author')
})

it('watches the files that only refused options name', async () => {
  await config({ with: ['./own.json', './more.json'] })
  expect(await next()).toMatchObject({ event: 'refused', error: { code: 'REALM_INVALID' } })
  await writeFile(join(cwd, 'more.json'), '{"displayNameHtml":"more"}')
  expect(await next()).toMatchObject({ event: 'reset', files: [join(cwd, 'more.json')] })
  expect((await realm())?.displayNameHtml).toBe('more')
})

it('follows a file in another folder that an editor replaces, removes and creates again', async () => {
  await mkdir(join(cwd, 'other'))
  const file = join(cwd, 'other', 'far.json')
  await writeFile(file, '{"displayName":"far"}')
  await config({ with: ['./other/far.json'] })
  expect(await next()).toMatchObject({ event: 'reset' })
  await writeFile(`${file}~`, '{"displayName":"replaced"}')
  await rename(`${file}~`, file)
  expect(await next()).toMatchObject({ event: 'reset', files: [file] })
  await rename(file, `${file}~`)
  expect(await next()).toMatchObject({ event: 'refused', files: [file], error: { code: 'REALM_INVALID' } })
  expect((await realm())?.displayName).toBe('replaced')
  await rename(`${file}~`, file)
  expect(await next()).toMatchObject({ event: 'reset', files: [file] })
  for (const name of ['a', 'b', 'last']) await writeFile(file, JSON.stringify({ displayName: name }))
  expect(await next()).toMatchObject({ event: 'reset' })
  expect((await realm())?.displayName).toBe('last')
})

it('ends with Ctrl-C, and Keycloak keeps running', async () => {
  watching.kill('SIGINT')
  expect(await next()).toMatchObject({ event: 'ended' })
  expect((await watching).exitCode).toBe(0)
  expect((await cli(['status'], { env: shared.env })).exitCode).toBe(0)
})
