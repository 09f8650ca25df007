import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { adminLogin } from '../../src/keycloak/admin.ts'
import { discover } from '../../src/oauth/discover.ts'
import { logIn } from '../../src/oauth/log-in.ts'
import { type RegisteredClient, registerClient } from '../../src/oauth/register.ts'
import type { ClientsReport } from '../../src/operations/clients/clients.ts'
import type { StatusReport } from '../../src/operations/status.ts'
import type { UpReport } from '../../src/operations/up.ts'
import { processStart } from '../../src/runtime/java/process-start.ts'
import { PUBLIC_CLIENT, REDIRECT } from '../helpers/keycloak/public-client.ts'
import { cli, cliJson } from '../helpers/program/cli.ts'
import { type TestInstance, testInstance } from '../helpers/program/instance.ts'

const user = { username: 'testuser', password: 'password123' }

let instance: TestInstance
let first: UpReport
let client: RegisteredClient

beforeAll(async () => {
  instance = await testInstance('java')
  first = await cliJson<UpReport>(['up', '--no-proof'], instance.env)
  client = await registerClient(await discover(first.endpoints.issuer), {
    client_name: 'Survivor',
    ...PUBLIC_CLIENT,
  })
})
afterAll(() => instance[Symbol.asyncDispose]())

describe("an administrator's password that was changed in the admin console", () => {
  const adminFile = () => join(instance.folder, 'admin.json')

  it('a changed admin password is reported with the file to correct', async () => {
    const known = await readFile(adminFile(), 'utf8')
    const { username, password } = JSON.parse(known) as { username: string; password: string }
    await changePassword(username, password, 'changed-in-the-console')
    for (const command of [['status'], ['clients', 'list'], ['reset-realm'], ['up']]) {
      const { exitCode, stdout, stderr } = await cli(command, { env: instance.env })
      expect({ exitCode, stdout }).toEqual({ exitCode: 5, stdout: '' })
      expect(stderr).toMatch(/"admin".*\[ADMIN_LOGIN_REFUSED\]/)
      expect(stderr).toContain('400: Invalid user credentials')
      expect(stderr).toContain(adminFile())
      expect(stderr).not.toContain(password)
    }
    await writeFile(adminFile(), JSON.stringify({ username, password: 'changed-in-the-console' }))
    expect(await cliJson<StatusReport>(['status'], instance.env)).toMatchObject({ realms: [{}] })
    await changePassword(username, 'changed-in-the-console', password)
    await writeFile(adminFile(), known)
  })
})

describe('a data folder that was moved', () => {
  it('a moved data folder is found with its running server', async () => {
    await using moved = await moveData()
    const { exitCode, stderr } = await cli(['status'], { env: instance.env })
    expect(exitCode).toBe(3)
    expect(stderr).toMatch(new RegExp(`"${instance.name}".*\\[NOT_RUNNING\\]`))
    expect(await cliJson<StatusReport>(['status'], moved.env)).toMatchObject({ realms: [{}] })
  })
})

describe('a server that was killed behind our back', () => {
  it('a killed server is reported, and up starts it with its data', async () => {
    const { pid } = JSON.parse(await readFile(join(instance.folder, 'state.json'), 'utf8')) as { pid: number }
    process.kill(-pid, 'SIGKILL') // kc.sh and the JVM that is its child
    await expect.poll(() => processStart(pid)).toBeUndefined()
    for (const command of [['status'], ['clients', 'list'], ['token']]) {
      const { exitCode, stdout, stderr } = await cli(command, { env: instance.env })
      expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: '' })
      expect(stderr).toMatch(/\[NOT_RUNNING\]\n.* killed/)
      expect(stderr).toContain('mcp-keycloak up')
    }
    await using moved = await moveData()
    const again = await cliJson<UpReport>(['up'], moved.env)
    expect(again).toMatchObject({ alreadyRunning: false, realm: 'unchanged', warnings: [] })
    const { clients } = await cliJson<ClientsReport>(['clients', 'list'], moved.env)
    expect(clients).toMatchObject([{ clientId: client.client_id, name: 'Survivor', used: false }])
    const server = await discover(first.endpoints.issuer)
    await logIn(server, { client, redirectUri: REDIRECT, user })
    expect((await cli(['down'], { env: moved.env })).stdout).toContain('Keycloak is stopped')
    expect((await cli(['status'], { env: moved.env })).stderr).toContain('It was stopped.')
  })
})

async function changePassword(username: string, from: string, to: string): Promise<void> {
  const url = first.endpoints.keycloakUrl
  const admin = await adminLogin({ url, admin: { username, password: from }, runtime: 'java' })
  const [found] = await admin.users.find({ realm: 'master', username })
  const credential = { type: 'password', value: to, temporary: false }
  await admin.users.resetPassword({ realm: 'master', id: found?.id ?? '', credential })
}

/** Renames the data folder, until the scope ends. */
async function moveData() {
  const from = instance.env.MCP_KEYCLOAK_DATA_FOLDER ?? ''
  const to = `${from}-moved`
  await rename(from, to)
  return {
    env: { ...instance.env, MCP_KEYCLOAK_DATA_FOLDER: to },
    async [Symbol.asyncDispose]() {
      await rm(from, { recursive: true, force: true })
      await rename(to, from)
    },
  }
}
