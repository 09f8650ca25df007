import { expect, expectTypeOf, it } from 'vitest'

import type { RealmOptions } from '../../../src/config/realm-options.ts'
import type { Config } from '../../../src/config/schema.ts'
import { overlayNames } from '../../../src/realm/load-overlay.ts'
import { KeycloakContainer, type StartedKeycloakContainer } from '../../../src/testing/container/container.ts'
import * as testing from '../../../src/testing/index.ts'
import type { SERVER_OPTIONS } from '../../../src/testing/start-keycloak.ts'
import type { KeycloakConnection, KeycloakFixtures } from '../../../src/testing/vitest.ts'
import * as forVitest from '../../../src/testing/vitest.ts'

// What people write in their tests. A change here is a change for all of them; `tsc` checks the types.

type Keycloak = testing.TestKeycloak
type Realm = testing.TestRealm

it('exports what it did', () => {
  expect(Object.keys(testing).toSorted()).toEqual([
    'McpKeycloakError',
    'NotProtectedError',
    'connectKeycloak',
    'setupKeycloak',
    'startKeycloak',
    'teardownKeycloak',
  ])
  expect(Object.keys(forVitest).toSorted()).toEqual(['default', 'setupKeycloak', 'teardownKeycloak', 'test'])
})

it('starts a Keycloak with the options of the command', () => {
  expectTypeOf(testing.startKeycloak).returns.resolves.toEqualTypeOf<Keycloak>()
  expectTypeOf<Keycloak>().toExtend<AsyncDisposable>()
  expectTypeOf<Keycloak['runtime']>().toEqualTypeOf<'compose' | 'java' | 'external'>()
  type Options = NonNullable<Parameters<typeof testing.startKeycloak>[0]>
  expectTypeOf<{
    mcpUrl: readonly string[]
    with: ['token-exchange']
    user: ['alice:secret:admin']
    tokenLifespan: 5
    runtime: 'java'
    keycloakVersion: '26.7.5'
    onLeak: 'fail'
  }>().toExtend<Options>()
  expectTypeOf<'adminPassword' | 'dataFolder'>().not.toExtend<keyof Options>()
})

it('a test may set every realm option and names overlays by their names', async () => {
  type Given<Options> = {
    readonly [Key in keyof Options]?:
      | (Options[Key] extends readonly (infer Item)[] ? readonly Item[] : Options[Key])
      | undefined
  }
  type Theirs = Given<RealmOptions & Pick<Config, 'realm' | 'proof' | (typeof SERVER_OPTIONS)[number]>>
  type Ours = testing.RealmSettings & testing.ServerSettings
  expectTypeOf<keyof Ours>().toEqualTypeOf<keyof Theirs>()
  expectTypeOf<Ours>().toExtend<Theirs>()
  const names = {
    browser: true,
    cimd: true,
    mcp: true,
    'mcp-loosen': true,
    none: true,
    'oauth-proxy': true,
    'resource-indicators': true,
    'service-account': true,
    strict: true,
    'token-exchange': true,
  } satisfies Record<testing.OverlayName, true>
  expect(Object.keys(names).toSorted()).toEqual((await overlayNames()).toSorted())
})

it('has the same surface for a container', () => {
  expectTypeOf<StartedKeycloakContainer>().toExtend<testing.KeycloakServer>()
  expectTypeOf<Keycloak>().toExtend<testing.KeycloakServer>()
  expectTypeOf<StartedKeycloakContainer['realm']>().toEqualTypeOf<Realm>()
  expectTypeOf<testing.KeycloakServer['getIssuerUrl']>().toEqualTypeOf<(realm?: string) => string>()
  expectTypeOf<testing.KeycloakServer['createRealm']>().returns.resolves.toEqualTypeOf<Realm>()
  const container = new KeycloakContainer('keycloak:1')
    .withRealm({ mcpUrl: ['http://localhost:8000/mcp'] })
    .withFeatures('cimd', 'resource-indicators')
    .withAdminUsername('root')
    .withAdminPassword('choose-one')
    .withWarmStart()
    .withOnLeak('fail')
    .withReuse()
    .withStartupTimeout(1000)
  expectTypeOf(container).toEqualTypeOf<KeycloakContainer>()
  expectTypeOf(container.start).returns.resolves.toEqualTypeOf<StartedKeycloakContainer>()
  expectTypeOf(container.withRealmImportFile).parameters.toEqualTypeOf<[string]>()
})

it('gives tokens as texts, and clients that delete themselves', () => {
  expectTypeOf<Realm>().toExtend<AsyncDisposable>()
  expectTypeOf<Realm['token']>().returns.resolves.toEqualTypeOf<string>()
  expectTypeOf<Realm['serviceToken']>().returns.resolves.toEqualTypeOf<string>()
  expectTypeOf<Realm['exchange']>().returns.resolves.toEqualTypeOf<string>()
  expectTypeOf<Realm['badToken']>().returns.resolves.toEqualTypeOf<string>()
  type Kind = Parameters<Realm['badToken']>[0]
  expectTypeOf<Kind>().toEqualTypeOf<'aud' | 'iss' | 'exp' | 'scope' | 'sig' | 'none'>()
  expectTypeOf<Realm['logIn']>().returns.resolves.toEqualTypeOf<testing.TokenSet>()
  expectTypeOf<Realm['refresh']>().parameters.toEqualTypeOf<[testing.TokenSet]>()
  expectTypeOf<Realm['introspect']>().returns.resolves.toHaveProperty('active').toEqualTypeOf<boolean>()
  expectTypeOf<Realm['registerClient']>().returns.resolves.toEqualTypeOf<testing.TestClient>()
  expectTypeOf<testing.TestClient>().toExtend<AsyncDisposable & testing.RegisteredClient>()
  expectTypeOf<Realm['expectProtected']>().parameters.toEqualTypeOf<
    [mcpUrl: string, options?: testing.VerifyOptions | undefined]
  >()
  expectTypeOf<Realm['expectProtected']>().returns.resolves.toEqualTypeOf<testing.VerifyReport>()
  expectTypeOf<Realm['users']['add']>().returns.resolves.toEqualTypeOf<testing.TestUser>()
})

it('hands plain data and fixtures to Vitest', () => {
  expectTypeOf(forVitest.default).toEqualTypeOf(testing.setupKeycloak())
  expectTypeOf<KeycloakFixtures['realm']>().toEqualTypeOf<Realm>()
  expectTypeOf<import('vitest').ProvidedContext['keycloak']>().toEqualTypeOf<KeycloakConnection>()
  expectTypeOf(forVitest.test).toBeCallableWith('a test', async ({ realm, keycloak }) => {
    expectTypeOf(realm).toEqualTypeOf<Realm>()
    expectTypeOf(keycloak).toEqualTypeOf<testing.KeycloakServer>()
  })
})
