import { randomUUID } from 'node:crypto'
import { fileURLToPath } from 'node:url'

import { execa } from 'execa'
import { describe, expect, it } from 'vitest'

import { adminLogin } from '../../src/keycloak/admin.ts'
import { discover } from '../../src/oauth/discover.ts'
import { deleteClient, registerClient } from '../../src/oauth/register.ts'
import { freePort } from '../../src/runtime/probe-port.ts'
import { PUBLIC_CLIENT } from '../helpers/keycloak/public-client.ts'
import { hasCompose } from '../helpers/suite/machine.ts'
import { needs } from '../helpers/suite/needs.ts'

const COMPOSE_FILE = fileURLToPath(new URL('../../compose/keycloak.yaml', import.meta.url))
const metadata = { ...PUBLIC_CLIENT, scope: 'openid' }

describe('compose/keycloak.yaml by hand', needs(hasCompose, 'Docker Compose'), () => {
  const name = `by-hand-${randomUUID().slice(0, 8)}`
  const compose = (args: readonly string[], env: Record<string, string> = {}) =>
    execa('docker', ['compose', '--project-name', name, '--file', COMPOSE_FILE, ...args], {
      reject: false,
      env,
    })

  const freePorts = async () => ({
    KEYCLOAK_PORT: String(await freePort()),
    KEYCLOAK_MANAGEMENT_PORT: String(await freePort()),
  })

  it('asks for a password', async () => {
    const { exitCode, stderr } = await compose(['create'])
    await compose(['down', '--volumes'])
    expect(exitCode).not.toBe(0)
    expect(stderr).toContain('KC_BOOTSTRAP_ADMIN_PASSWORD')
  })

  it('does not start with an empty password', async () => {
    const { stdout, stderr } = await compose(['up'], {
      KC_BOOTSTRAP_ADMIN_PASSWORD: '',
      ...(await freePorts()),
    })
    await compose(['down', '--volumes'])
    expect(`${stdout}${stderr}`).toContain('Choose a password that nobody guesses')
    expect(`${stdout}${stderr}`).not.toContain('Listening on')
  })

  it('starts with the built-in realm imported, healthy, and without a complaint about it', async () => {
    const ports = await freePorts()
    const port = ports.KEYCLOAK_PORT
    const password = `p\\w\${x}$y#z ! ${randomUUID()}`
    const env = {
      KC_BOOTSTRAP_ADMIN_PASSWORD: password,
      ...ports,
      KC_HOSTNAME: `http://localhost:${port}`,
    }
    try {
      const { exitCode, stderr } = await compose(['up', '--detach', '--wait'], env)
      expect(exitCode, stderr).toBe(0)
      const admin = { username: 'admin', password }
      await adminLogin({ url: env.KC_HOSTNAME, admin, runtime: 'external' })
      const config = await compose(['config'], env)
      const container = await execa('docker', ['inspect', `${name}-keycloak-1`])
      for (const shown of [config.stdout, container.stdout]) {
        expect(shown).toContain('bootstrap-admin-password')
        expect(shown).not.toContain(password.slice(-36))
      }
      const server = await discover(`http://localhost:${port}/realms/fastmcp`)
      await deleteClient(await registerClient(server, metadata))
      const { stdout } = await compose(['logs', '--no-color'], env)
      const complaints = stdout.split('\n').filter((line) => /\b(WARN|ERROR)\b/.test(line))
      expect(complaints.filter((line) => !line.includes('org.keycloak.common.Profile'))).toEqual([])
    } finally {
      await compose(['down', '--volumes'], env)
    }
  })
})
