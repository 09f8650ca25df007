import { readFile } from 'node:fs/promises'

import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'

import { assetPath } from '../../../src/assets.ts'
import { LABELS } from '../../../src/config/docker-names.ts'
import {
  JVM_OPTIONS,
  LOOPBACK,
  listenVariables,
  publicUrl,
  requiredFeatures,
  type ServerSettings,
  serverVariables,
  startArguments,
} from '../../../src/config/server.ts'
import { IMAGE_REPOSITORY, PINNED_VERSION } from '../../../src/config/versions.ts'
import { composeVariables } from '../../../src/runtime/compose/compose-command.ts'

const SETTINGS: ServerSettings = {
  version: PINNED_VERSION,
  port: 8080,
  managementPort: 9000,
  features: [],
  admin: { username: 'admin', password: 'choose-one' },
}
const OWNED = { instance: 'shop', owner: 'c0ffee123456', dataFolder: '/home/eve/data' }
const text = await readFile(assetPath('compose/server.yaml'), 'utf8')
const { keycloak } = parse(text).services
const byHand = parse(await readFile(assetPath('compose/keycloak.yaml'), 'utf8'))

/** A text of the file as Compose would read it. */
const filled = (text: string, env: Readonly<Record<string, string>> = {}) =>
  text.replace(
    /\$\{(\w+)(?::([-?])([^}]*))?\}/g,
    (_, name, kind, rest) => env[name] ?? (kind === '-' ? rest : ''),
  )

describe('compose/server.yaml', () => {
  it('has the variables of config/server.ts and the JVM options, and no others', () => {
    expect(Object.keys(keycloak.environment)).toEqual([
      ...Object.keys(serverVariables(SETTINGS)),
      'JAVA_OPTS',
    ])
    expect(keycloak.environment.JAVA_OPTS.split(' ')).toEqual(JVM_OPTIONS)
  })

  it('starts the server by start-keycloak.sh, which it has in itself', async () => {
    const [shell, option, script, ...given] = keycloak.entrypoint as readonly string[]
    expect([shell, option, ...given]).toEqual([
      'bash',
      '-c',
      'start-keycloak.sh',
      '/opt/keycloak',
      '/opt/keycloak/data/archive',
    ])
    const file = await readFile(assetPath('compose/start-keycloak.sh'), 'utf8')
    expect(script?.replaceAll('$$', '$')).toBe(file)
  })

  it('keeps what the server built, apart for each version', () => {
    const { quarkus } = parse(text).volumes
    expect(keycloak.volumes).toContain('quarkus:/opt/keycloak/lib/quarkus')
    const env = composeVariables({ ...SETTINGS, version: '26.6.4' }, OWNED)
    expect(filled(quarkus.name, env)).toBe('mcp-keycloak-shop-c0ffee_quarkus-26.6.4')
    expect(filled(quarkus.name)).toBe(`mcp-keycloak_quarkus-${PINNED_VERSION}`)
  })

  it('gives the server what config/server.ts says when we run it', () => {
    const settings = { ...SETTINGS, port: 8181, admin: { username: 'root', password: 'pw' } }
    const { JAVA_OPTS: _, ...environment } = keycloak.environment as Record<string, string>
    const given = Object.entries(environment).map(([name, text]) => [
      name,
      filled(text, composeVariables(settings, OWNED)),
    ])
    expect(Object.fromEntries(given)).toEqual(serverVariables(settings))
    expect(filled(keycloak.command, composeVariables(settings, OWNED)).split(' ')).toEqual(
      startArguments(settings),
    )
  })

  it('has the same defaults as we have', () => {
    const expected = serverVariables(SETTINGS)
    for (const [name, text] of Object.entries<string>(keycloak.environment)) {
      if (name !== 'JAVA_OPTS') expect([name, filled(text)]).toEqual([name, expected[name]])
    }
    expect(filled(keycloak.command).split(' ')).toEqual(startArguments({ features: [] }))
    expect(filled(keycloak.image)).toBe(`${IMAGE_REPOSITORY}:${PINNED_VERSION}`)
  })

  it('labels all that it creates with its owner, by hand with none', () => {
    const { networks, volumes } = parse(text)
    const env = composeVariables(SETTINGS, OWNED)
    for (const { labels } of [keycloak, networks.default, volumes.data, volumes.quarkus]) {
      expect(filled(labels[LABELS.owner], env)).toBe(OWNED.owner)
      expect(filled(labels[LABELS.instance], env)).toBe(OWNED.instance)
      expect(filled(labels[LABELS.owner])).toBe('')
    }
    expect(filled(keycloak.labels[LABELS.dataFolder], env)).toBe(OWNED.dataFolder)
  })

  it('is reachable from this machine alone, at the ports that we choose', () => {
    const settings = { ...SETTINGS, port: 8181, managementPort: 9191 }
    const ports = keycloak.ports.map((text: string) => filled(text, composeVariables(settings, OWNED)))
    expect(ports).toEqual([`${LOOPBACK}:8181:8080`, `${LOOPBACK}:9191:9000`])
    expect(keycloak.ports.map((text: string) => filled(text))).toEqual([
      `${LOOPBACK}:8080:8080`,
      `${LOOPBACK}:9000:9000`,
    ])
  })

  it('uses no variable that we do not set', () => {
    const names = [...JSON.stringify(keycloak).matchAll(/(?<!\$)\$\{(\w+)/g)].map((match) => match[1])
    expect(Object.keys(composeVariables(SETTINGS, OWNED))).toEqual(expect.arrayContaining(names))
  })
})

describe('compose/keycloak.yaml', () => {
  it('is compose/server.yaml with the realm, and with the password in a file', () => {
    const { extends: base, environment, volumes, command, secrets, ...others } = byHand.services.keycloak
    expect(others).toEqual({})
    expect(base).toEqual({ file: 'server.yaml', service: 'keycloak' })
    expect(command.split(' ')).toEqual([...startArguments({ features: [] }), '--import-realm'])
    expect(volumes).toEqual(['../realms/fastmcp.json:/opt/keycloak/data/import/fastmcp.json:ro'])
    const [secret] = secrets as readonly string[]
    expect(environment).toEqual({
      KC_BOOTSTRAP_ADMIN_USERNAME: '${KC_BOOTSTRAP_ADMIN_USERNAME:-admin}',
      BOOTSTRAP_PASSWORD_FILE: `/run/secrets/${secret}`,
    })
    expect(byHand.secrets).toEqual({ [String(secret)]: { environment: 'KC_BOOTSTRAP_ADMIN_PASSWORD' } })
  })

  it('has the networks and volumes of compose/server.yaml', () => {
    const { networks, volumes } = parse(text)
    expect(byHand).toMatchObject({ networks, volumes })
  })
})

describe('a server without a container', () => {
  it('listens on the loopback interface alone, the health checks too', () => {
    expect(listenVariables({ ...SETTINGS, port: 1, managementPort: 2 })).toEqual({
      KC_HTTP_HOST: '127.0.0.1',
      KC_HTTP_PORT: '1',
      KC_HTTP_MANAGEMENT_HOST: '127.0.0.1',
      KC_HTTP_MANAGEMENT_PORT: '2',
    })
  })
})

it('has the URL that people use as its fixed host name', () => {
  expect(publicUrl({ port: 8081 })).toBe('http://localhost:8081')
  expect(serverVariables({ ...SETTINGS, port: 8081 }).KC_HOSTNAME).toBe('http://localhost:8081')
})

describe('the features of a server', () => {
  it('are those of the overlays that need one', () => {
    expect(requiredFeatures([])).toEqual([])
    expect(requiredFeatures(['oauth-proxy', './cimd.json'])).toEqual([])
    expect(requiredFeatures(['resource-indicators', 'strict', 'cimd', 'cimd'])).toEqual([
      'cimd',
      'resource-indicators',
    ])
  })

  it('are a start argument, and none without them', () => {
    expect(startArguments({ features: [] })).toEqual(['start-dev'])
    expect(startArguments({ features: ['cimd', 'resource-indicators'] })).toEqual([
      'start-dev',
      '--features=cimd,resource-indicators',
    ])
  })
})
