import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'

import fc from 'fast-check'
import { parse as parseJsonc } from 'jsonc-parser'
import { parse as parseToml } from 'smol-toml'

import { mergeJson } from '../../src/clients/merge-json.ts'
import { mergeToml } from '../../src/clients/merge-toml.ts'
import { NO_REALM_OPTIONS } from '../../src/config/realm-options.ts'
import { resolveConfig } from '../../src/config/resolve.ts'
import { CONFIG_KEYS, type ConfigKey, environmentName, flagName } from '../../src/config/schema.ts'
import { describeOccurrence } from '../../src/explain/describe.ts'
import { explainFailure } from '../../src/explain/explain.ts'
import { joinLog } from '../../src/explain/join-log.ts'
import { nearestFailure } from '../../src/explain/nearest.ts'
import { scanText } from '../../src/explain/scan.ts'
import { parseLogEntry } from '../../src/keycloak/log/log-entry.ts'
import { lastErrors } from '../../src/keycloak/log/server-log.ts'
import { browserlessLogin } from '../../src/oauth/browserless-login.ts'
import { challengesOf } from '../../src/oauth/challenges.ts'
import { decodeToken } from '../../src/oauth/decode-token.ts'
import { driftBetween } from '../../src/realm/compare/drift.ts'
import { loadRealm } from '../../src/realm/load.ts'
import { loadOverlay } from '../../src/realm/load-overlay.ts'
import { renderRealm } from '../../src/realm/render.ts'
import { readState } from '../../src/runtime/state/state.ts'
import { ok, runVerifyChecks } from '../../src/verify/check.ts'
import type { Inspection } from '../../src/verify/inspection.ts'
import { namedMetadata, wellKnownMetadata } from '../../src/verify/metadata.ts'
import { runMain } from '../helpers/program/run-main.ts'
import { brokenRealm, file, json, text, word } from './arbitraries.ts'
import { assertKept, assertShown, harmless, withFiles } from './harmless.ts'

/** A property with its share of the cases. */
export interface FuzzProperty {
  readonly weight: number
  readonly property: fc.IAsyncPropertyWithHooks<unknown[]>
}

const property = <Values extends [unknown, ...unknown[]]>(
  weight: number,
  arbitraries: { [Index in keyof Values]: fc.Arbitrary<Values[Index]> },
  check: (...values: Values) => Promise<void>,
): FuzzProperty => ({
  weight,
  property: fc.asyncProperty(...arbitraries, check) as unknown as fc.IAsyncPropertyWithHooks<unknown[]>,
})

const entry = { type: 'http', url: 'http://localhost:8000/mcp' }
const place = { file: 'mcp.json', path: ['mcpServers', 'mine'] }
const AUTHORIZATION_URL = new URL('http://localhost:8080/realms/r/protocol/openid-connect/auth')
const MCP_URL = new URL('http://localhost:8000/mcp')

/** The promises about foreign input, one property each. No case reaches the network. */
export const PROPERTIES: Readonly<Record<string, FuzzProperty>> = {
  'a realm file': property(3, [file(fc.oneof(brokenRealm, json))], (content) =>
    withFiles({ 'realm.json': content }, async (folder) => {
      const realm = await harmless(() => loadRealm(join(folder, 'realm.json')))
      if (realm === undefined) return
      const rendered = await harmless(() => renderRealm(realm, NO_REALM_OPTIONS))
      if (rendered) await harmless(() => driftBetween(rendered, realm))
      assertKept(isDeepStrictEqual(realm, JSON.parse(String(content))), 'a value of the realm file')
    }),
  ),
  'an overlay': property(3, [file(fc.oneof(brokenRealm, json)), fc.boolean()], (content, isTwice) =>
    withFiles({ 'more.json': content }, async (folder) => {
      const overlay = await harmless(() => loadOverlay(join(folder, 'more.json')))
      const base = await loadRealm(join(import.meta.dirname, '../../realms/fastmcp.json'))
      if (overlay)
        await harmless(() => renderRealm(base, NO_REALM_OPTIONS, isTwice ? [overlay, overlay] : [overlay]))
    }),
  ),
  'a config file': property(
    3,
    [file(fc.oneof(json, fc.dictionary(fc.oneof(fc.constantFrom<string>(...CONFIG_KEYS), word), json)))],
    (content) =>
      withFiles({ 'mcp-keycloak.config.json': content }, async (cwd) => {
        await harmless(() => resolveConfig({ flags: {}, env: {}, cwd }))
      }),
  ),
  'flags and variables': property(
    4,
    [
      fc.dictionary(
        fc.constantFrom<string>(...CONFIG_KEYS),
        fc.oneof(word, fc.array(word, { maxLength: 3 })),
      ),
      fc.dictionary(fc.constantFrom(...CONFIG_KEYS.map((key: ConfigKey) => environmentName(key))), word),
    ],
    async (flags, env) => {
      await harmless(() => resolveConfig({ flags, env, configFile: false }))
    },
  ),
  'a state file': property(2, [file(json), file(json)], (state, admin) =>
    withFiles({}, async (data) => {
      const folder = join(data, 'instances', 'default')
      await mkdir(folder, { recursive: true })
      await writeFile(join(folder, 'state.json'), state)
      await writeFile(join(folder, 'admin.json'), admin)
      const reading = await harmless(() => readState(data, 'default'))
      assertKept(reading !== undefined, 'a damaged state file is reported, not thrown')
    }),
  ),
  explain: property(4, [fc.array(text, { maxLength: 8 })], async (lines) => {
    const findings = await harmless(() => {
      const scan = scanText()
      for (const line of lines) scan.push(line)
      nearestFailure(lines)
      return [...scan.findings(), ...explainFailure({ text: lines.join('\n') })]
    })
    for (const { what, why, fix, culprit = '' } of findings ?? [])
      assertShown([what, why, fix, culprit].join('\n'))
  }),
  'an event': property(
    2,
    [word, word, fc.dictionary(word, text), fc.array(text)],
    async (type, error, details, logLines) => {
      const event = { type: `${type}_ERROR`, error, details, clientId: error, realm: type }
      await harmless(() => describeOccurrence({ atMs: 0, event, logLines }, {}))
    },
  ),
  'log lines': property(3, [fc.array(fc.tuple(word, text), { maxLength: 6 })], async (lines) => {
    const log = lines.map(
      ([thread, message]) => `2026-11-21 04:16:02,224 WARN  [org.keycloak] (${thread}) ${message}`,
    )
    await harmless(() => {
      const join = joinLog()
      const entries = log.flatMap((line) => parseLogEntry(line) ?? [])
      lastErrors(log)
      return [...entries.flatMap(join.push), ...join.flush(Number.POSITIVE_INFINITY)]
    })
  }),
  metadata: property(
    3,
    [file(json), fc.oneof(word, fc.webUrl()), fc.nat(599)],
    async (content, named, status) => {
      const body = content as string | Uint8Array<ArrayBuffer>
      const fetch = async () =>
        new Response(status >= 200 && ![204, 205, 304].includes(status) ? body : null, {
          status: status < 200 ? 200 : status,
        })
      const check = (ask: () => Promise<unknown>) => ({
        name: 'x',
        title: 'x',
        run: () => ask().then(() => ok('x')),
      })
      const results = await harmless(() =>
        runVerifyChecks(
          [check(() => namedMetadata(named, MCP_URL, fetch)), check(() => wellKnownMetadata(MCP_URL, fetch))],
          { lost: () => undefined } as unknown as Inspection, // neither of them looks at more
          {},
        ),
      )
      for (const { what, why, fix } of results ?? []) assertShown([what, why, fix].join('\n'))
    },
  ),
  'a challenge': property(
    3,
    [
      fc.string({
        unit: fc.constantFrom(...'Bearer realm="\\,=\t \u00ff{}[]<>é', ...Array(4).fill('"')),
        maxLength: 300,
      }),
    ],
    async (header) => {
      const response = await harmless(
        () => new Response(null, { status: 401, headers: { 'www-authenticate': header } }),
      )
      if (response) await harmless(() => challengesOf(response))
    },
  ),
  'a login page': property(3, [fc.array(page(), { minLength: 1, maxLength: 4 })], async (pages) => {
    let step = 0
    const fetch = async () => {
      const { html, location, status } = pages[step++ % pages.length] ?? { html: '', status: 200 }
      return new Response(html, { status, headers: location === undefined ? {} : { location } })
    }
    const credentials = { username: 'testuser', password: 'x' }
    const redirectUri = 'http://localhost:3117/callback'
    await harmless(() => browserlessLogin(AUTHORIZATION_URL, redirectUri, credentials, { fetch }))
  }),
  'a token': property(2, [fc.oneof(text, fc.tuple(json, json).map(compact))], async (token) => {
    await harmless(() => decodeToken(token))
  }),
  'a JSON file of another program': property(
    3,
    [file(fc.oneof(json, fc.dictionary(fc.constantFrom('mcpServers', 'a'), json)))],
    async (content) => {
      const before = Buffer.from(content as string).toString('utf8')
      const merged = await harmless(() => mergeJson(before, place, entry))
      if (merged === undefined || before.trim() === '') return
      const [was, is] = [before, merged.text].map(
        (one) => parseJsonc(one) as Record<string, Record<string, unknown>>,
      )
      assertKept(isDeepStrictEqual(without(is), without(was)), 'an entry of the JSON file')
    },
  ),
  'a TOML file of another program': property(2, [fc.oneof(text, toml())], async (before) => {
    const merged = await harmless(() => mergeToml(before, place, entry))
    if (merged === undefined) return
    const [was, is] = [before, merged.text].map(
      (one) => parseToml(one, { integersAsBigInt: true }) as Record<string, Record<string, unknown>>,
    )
    assertKept(isDeepStrictEqual(without(is), without(was)), 'an entry of the TOML file')
  }),
  'the command line': property(
    1,
    [
      fc.constantFrom(
        ['realm', 'render'],
        ['explain', 'x'],
        ['realm'],
        [],
        ['--json'],
        ['--verbose', 'explain', 'x'],
      ),
      fc.array(
        fc.oneof(word, fc.constantFrom(...CONFIG_KEYS.filter((key) => key !== 'keycloakUrl').map(flagName))),
        { maxLength: 4 },
      ),
    ],
    (command, words) =>
      withFiles({}, async (data) => {
        process.env.MCP_KEYCLOAK_DATA_FOLDER = data
        const hasCommand = command.some((one) => !one.startsWith('-'))
        const args = hasCommand
          ? [...command, ...words]
          : [...command, ...words.filter((one) => /[^a-z-]/.test(one))]
        const run = await harmless(() => runMain(...args.map((one) => one.replaceAll('\0', ''))))
        delete process.env.MCP_KEYCLOAK_DATA_FOLDER
        if (run === undefined) return
        assertShown(run.stdout)
        assertShown(run.stderr)
        if (run.exitCode === 1) throw new Error(`a bug: ${run.stderr}`)
      }),
  ),
}

/** The file without our entry. */
function without(document: Record<string, Record<string, unknown>> | undefined): unknown {
  const { mcpServers, ...rest } = document ?? {}
  const { mine: _, ...others } = typeof mcpServers === 'object' && mcpServers !== null ? mcpServers : {}
  return structuredClone({ rest, others })
}

function compact([header, claims]: readonly [unknown, unknown]): string {
  return `${[header, claims].map((part) => Buffer.from(JSON.stringify(part) ?? '').toString('base64url')).join('.')}.x`
}

/** A TOML file, mostly a valid one. */
function toml(): fc.Arbitrary<string> {
  const key = fc.constantFrom('a', 'b-c', '"x y"', 'mcpServers', 'mcpServers.other', 'mcpServers.mine')
  const value = fc.constantFrom(
    '1',
    '"text"',
    '[1, 2]',
    '{ a = 1 }',
    'true',
    '2026-11-29',
    "'''\nx\n'''",
    '"\\u001b"',
  )
  const line = fc.oneof(
    fc.tuple(key, value).map(([name, one]) => `${name.replace('mcpServers', 'm')} = ${one}`),
    key.map((name) => `[${name}]`),
    fc.constantFrom('# a comment', '', '[[list]]'),
  )
  return fc.array(line, { maxLength: 8 }).map((lines) => lines.join('\n'))
}

interface Page {
  readonly html: string
  readonly location?: string
  readonly status: number
}

/** A page with forms as Keycloak and FastMCP have them, or nearly so. */
function page(): fc.Arbitrary<Page> {
  const attribute = text.map((value) => value.replaceAll('"', '&quot;'))
  const form = fc
    .tuple(
      fc.constantFrom('id="kc-form-login"', 'id="consentForm"', 'id="x"', ''),
      fc.oneof(attribute, fc.constantFrom('/login', '', '?a=b', 'http://evil.test/', 'javascript:alert(1)')),
      fc.constantFrom(
        '<input name="accept">',
        '<input type=hidden name=code value=1>',
        '<input type="hidden" name="',
        '',
      ),
    )
    .map(([id, action, input]) => `<form ${id} action="${action}">${input}</form>`)
  const part = fc.oneof(
    form,
    text,
    fc.nat(2000).map((times) => '<div>'.repeat(times)),
    fc.constantFrom('<!--', '<title>', '<script>', '</form>'),
  )
  return fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({
        html: fc.array(part, { maxLength: 4 }).map((parts) => parts.join('')),
        status: fc.constantFrom(200, 400, 500),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        html: fc.constant(''),
        status: fc.constant(302),
        location: fc.constantFrom(
          'http://[',
          'javascript:1',
          '/next',
          'http://evil.test/',
          'http://localhost:3117/callback?code=1',
          '#',
        ),
      }),
    },
  )
}
