import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { once } from '../../../src/once.ts'
import { type VerifyReport, verifyServer } from '../../../src/operations/verify.ts'
import { findAppliedRealm } from '../../../src/provisioning/applied-realm.ts'
import { realmUnderTest } from '../../../src/provisioning/realm-under-test.ts'
import { freePort } from '../../../src/runtime/probe-port.ts'
import { SERVER_PROFILES } from '../../../src/servers/all.ts'
import type { RealmUnderTest } from '../../../src/verify/realm-under-test.ts'
import { externalConfig } from '../../helpers/keycloak/external-config.ts'
import { sharedKeycloak } from '../../helpers/keycloak/own-keycloak.ts'
import { type TestRealm, testRealm } from '../../helpers/keycloak/test-realm.ts'
import {
  type RunningServer,
  startCompiledServer,
  startPythonServer,
  startTypescriptServer,
} from '../../helpers/mcp/fastmcp-server.ts'
import { connectMcpClient } from '../../helpers/mcp/mcp-client.ts'
import { oneOtherRealm } from '../../helpers/mcp/one-other-realm.ts'
import { hasGo } from '../../helpers/suite/machine.ts'
import { needs } from '../../helpers/suite/needs.ts'

const FIXTURES = fileURLToPath(new URL('../../fixtures/frameworks', import.meta.url))
const GO_SERVER = fileURLToPath(new URL('../../../.cache/frameworks/go-server', import.meta.url))

/** Builds the Go server. That takes a second, and half a minute the first time, so it begins with the file. */
const goServer = once(async () => {
  await execa('go', ['build', '-o', GO_SERVER, '.'], { cwd: `${FIXTURES}/go`, stdin: 'ignore' })
  return GO_SERVER
})

const REMOTE_AUTH_IMPORTS = `from fastmcp import FastMCP
from fastmcp.server.auth import RemoteAuthProvider
from fastmcp.server.auth.providers.jwt import JWTVerifier`

/** FastMCP's provider for any authorization server. */
const remoteAuth = (mcpUrl: string) => `auth = RemoteAuthProvider(
    token_verifier=JWTVerifier(
        jwks_uri="${realm.server.issuer}/protocol/openid-connect/certs",
        audience="${mcpUrl}",
        required_scopes=["openid"],
    ),
    authorization_servers=["${realm.server.issuer}"],
    base_url="${new URL(mcpUrl).origin}",
)`

/** The scope of the tool "greet" in the snippets. */
const SCOPE = 'files:write'

let realm: TestRealm
/** The MCP URLs of the server that is right, and of the one with a fault. */
let urls: readonly [right: string, wrong: string]
let subjectAt: (mcpUrl: string) => RealmUnderTest
const other = oneOtherRealm('openid')

beforeAll(async () => {
  if (hasGo) goServer().catch(() => {}) // its test reports the failure
  urls = [`http://localhost:${await freePort()}/mcp`, `http://localhost:${await freePort()}/mcp`]
  realm = await testRealm('frameworks', { mcpUrl: [...urls], scope: [SCOPE] })
  const applied = await findAppliedRealm(await externalConfig(sharedKeycloak(), { realm: realm.name }))
  subjectAt = (mcpUrl) => other.share(realmUnderTest(applied, () => 'mcp-keycloak reset-realm', mcpUrl))
})
afterAll(async () => {
  await other[Symbol.asyncDispose]()
  await realm[Symbol.asyncDispose]()
})

/** The server that `snippets` prints. */
function snippet(name: string, mcpUrl: string): string {
  const profile = SERVER_PROFILES.find((one) => one.name === name)
  const { issuer } = realm.server
  const target = { mcpUrl, issuer, serverName: 'frameworks', keycloakUrl: '', realm: '', scopes: [SCOPE] }
  return profile?.snippets(target)[0]?.code ?? ''
}

/** Plants a fault in a server's code. */
function plant(code: string, ...changes: readonly (readonly [right: RegExp, wrong: string])[]): string {
  return changes.reduce((before, [right, wrong]) => {
    expect(before).toMatch(right)
    return before.replace(right, wrong)
  }, code)
}

type Start = (mcpUrl: string) => Promise<RunningServer>

/** The same fixture with a fault, and without one. */
function fixture(
  start: (mcpUrl: string, env: Record<string, string>) => Promise<RunningServer>,
  fault: string,
) {
  const env = (mcpUrl: string) => ({ MCP_URL: mcpUrl, ISSUER: realm.server.issuer })
  return {
    right: (mcpUrl: string) => start(mcpUrl, env(mcpUrl)),
    wrong: (mcpUrl: string) => start(mcpUrl, { ...env(mcpUrl), FAULT: fault }),
  }
}

/** A server on a framework that is right, and the same one with a typical fault. */
interface Case {
  readonly framework: string
  readonly fault: string
  readonly right: Start
  readonly wrong: Start
  /** The checks that warn about the right server. */
  readonly warns?: readonly string[]
  /** The checks that fail for the wrong one. */
  readonly fails: readonly string[]
  readonly fix: string
  /** The tool that a real client calls. Default: `whoami`. */
  readonly tool?: string
  /** Texts of the right server's findings, by check. */
  readonly says?: Readonly<Record<string, RegExp>>
}

/** A snippet in both protocol eras, with a tool that requires a scope. */
const TOOL_SCOPE = {
  tool: 'greet',
  says: {
    protocol: /^2026-07-28 .* and 2025-11-25/,
    'tool-scopes': new RegExp(`^403 insufficient_scope for greet \\(openid ${SCOPE}\\)$`),
    origin: /403/,
  },
}

const CASES: readonly Case[] = [
  {
    framework: 'FastMCP',
    fault: 'a JWTVerifier without an issuer',
    right: (url) => startPythonServer(snippet('fastmcp', url), url),
    wrong: (url) =>
      startPythonServer(
        plant(
          snippet('fastmcp', url),
          [/^from fastmcp import FastMCP$/m, REMOTE_AUTH_IMPORTS],
          [/^auth = Strict[\s\S]*?^\)$/m, remoteAuth(url)],
        ),
        url,
      ),
    fails: ['iss'],
    fix: 'FastMCP: verify the tokens with KeycloakAuthProvider(',
  },
  {
    framework: 'Python SDK',
    fault: 'no check of the audience (CVE-2026-116684)',
    right: (url) => startPythonServer(snippet('python-sdk', url), url),
    wrong: (url) =>
      startPythonServer(
        plant(
          snippet('python-sdk', url),
          [/^ +audience=.*$/m, ''],
          [/"iss", "aud", "sub"\]/, '"iss", "sub"], "verify_aud": False'],
          [/^ +validate_token_resource=True,$/m, ''],
        ),
        url,
      ),
    fails: ['aud'],
    fix: 'Python SDK: add validate_token_resource=True to AuthSettings(…)',
    ...TOOL_SCOPE,
  },
  {
    framework: 'TypeScript SDK',
    fault: 'a token for "initialize" only',
    right: (url) => startTypescriptServer(snippet('typescript-sdk', url), url),
    wrong: (url) =>
      startTypescriptServer(
        plant(snippet('typescript-sdk', url), [
          /(?<=app\.post\(MCP_URL\.pathname, )requireToken/,
          '(req, res, next) => (req.body?.method === "initialize" ? requireToken(req, res, next) : next())',
        ]),
        url,
      ),
    fails: ['no-token'],
    fix: 'Check the token for every method and path',
    says: { scope: /^403/, origin: /403/ },
  },
  {
    framework: 'TypeScript SDK 2',
    fault: 'CORS that reflects every origin, with credentials',
    right: (url) => startTypescriptServer(snippet('typescript-sdk-2', url), url),
    wrong: (url) =>
      startTypescriptServer(
        plant(
          snippet('typescript-sdk-2', url),
          [
            /^import \{ createMcpExpressApp, /m,
            'import cors from "cors";\nimport express from "express";\nimport { ',
          ],
          [
            /createMcpExpressApp\(.*\)/,
            'express().use(express.json(), cors({ origin: true, credentials: true }))',
          ],
        ),
        url,
      ),
    fails: ['origin'],
    fix: 'Leave Access-Control-Allow-Credentials out',
    ...TOOL_SCOPE,
  },
  {
    framework: 'fastmcp (TypeScript)',
    fault: 'a token that is read, and not verified',
    ...fixture(async (url, env) => {
      return startTypescriptServer(await readFile(`${FIXTURES}/fastmcp.mts`, 'utf8'), url, env)
    }, 'decoded'),
    warns: ['browser-login', 'origin', 'host'],
    fails: ['sig', 'none'],
    fix: 'fastmcp (TypeScript): verify with createRemoteJWKSet(',
  },
  {
    framework: 'Go SDK',
    fault: 'SkipClientIDCheck, so no check of the audience',
    ...fixture(async (url, env) => startCompiledServer(await goServer(), url, env), 'audience'),
    warns: ['browser', 'refusals'],
    fails: ['aud'],
    fix: 'in oidc.Config (go-oidc)',
  },
]

const by = ({ checks }: VerifyReport, status: string) =>
  checks.filter((check) => check.status === status).map(({ name }) => name)

describe.each(CASES)('a server on $framework', ({ framework, right, wrong, ...wanted }) => {
  it(
    `passes, and is refused with ${wanted.fault}`,
    needs(framework !== 'Go SDK' || hasGo, 'Go'),
    async () => {
      const [good, bad] = await Promise.all(
        urls.map(async (url, index) => {
          await using _server = await (index === 0 ? right : wrong)(url)
          const report = await verifyServer(url, subjectAt(url), {})
          if (index === 0) await callTool(url, wanted.tool)
          return report
        }),
      )
      if (!good || !bad) throw new Error('two servers were verified')
      expect([good.framework, by(good, 'fail'), by(good, 'warn')]).toEqual([
        framework,
        [],
        wanted.warns ?? ['browser'],
      ])
      for (const [name, text] of Object.entries(wanted.says ?? {})) {
        expect(good.checks.find((check) => check.name === name)?.what).toMatch(text)
      }
      expect([bad.framework, by(bad, 'fail')]).toEqual([framework, wanted.fails])
      expect(bad.checks.find(({ status }) => status === 'fail')?.fix).toContain(wanted.fix)
    },
  )
})

/** Calls a tool with a real MCP client. */
async function callTool(mcpUrl: string, name = 'whoami'): Promise<void> {
  await using connected = await connectMcpClient(mcpUrl, { username: 'testuser', password: 'password123' })
  const { isError, content } = await connected.client.callTool({ name, arguments: {} })
  expect([isError ?? false, content]).toEqual([false, [expect.objectContaining({ type: 'text' })]])
}
