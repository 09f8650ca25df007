import { describe, expect, it } from 'vitest'
import { realmEndpoints } from '../../../src/config/endpoints.ts'
import { judgeClock, secondsApart } from '../../../src/doctor/checks/machine/clock.ts'
import { features } from '../../../src/doctor/checks/server/features.ts'
import { hostName, judgeHostName } from '../../../src/doctor/checks/server/host-name.ts'
import { judgeVersion, version } from '../../../src/doctor/checks/server/version.ts'
import type { Server } from '../../../src/doctor/subjects.ts'
import { featureWarnings, versionWarnings } from '../../../src/provisioning/server-warnings.ts'
import { localServer } from '../support/local-server.ts'
import { refusal } from '../support/refusal.ts'

const ISSUER = 'http://localhost:8080/realms/fastmcp'
const info = {
  version: '26.7.5',
  features: [],
  registrationFormats: [],
  overlays: [],
  featureWarnings: [],
}

const self = (version: string, rest: { features?: string[]; registrationFormats?: string[] } = {}) => ({
  version,
  features: [],
  registrationFormats: ['openid-connect'],
  ...rest,
})

describe('the version', () => {
  it('is all right with bugs that nobody meets, which are named', () => {
    const finding = judgeVersion(self('26.7.5'))
    expect(finding).toMatchObject({ status: 'ok', what: expect.stringMatching(/26\.7\.5.+ 3 /) })
    expect(finding.why).toContain('keycloak#50807')
  })

  it('the version check warns about a feature with known bugs, with links and fixed versions', () => {
    const finding = judgeVersion(self('26.7.5', { features: ['cimd'] }))
    expect(finding).toMatchObject({ status: 'warn', fix: expect.stringContaining('26.8.0') })
    expect(finding.why).toContain('https://github.com/keycloak/keycloak/issues/50362')
    expect(finding.why).not.toContain('49730')
  })

  it('the version check warns about public security holes, open or not', () => {
    const closed = judgeVersion(self('26.6.4'))
    expect(closed).toMatchObject({
      status: 'warn',
      why: expect.stringMatching(
        /^CVE-2026-16089: .+\. Not open here, .+CVE-2026-15572: .+\(keycloak#51468\)/,
      ),
    })
    expect(closed).toMatchInlineSnapshot(`
      {
        "fix": "Update Keycloak to 26.7.5 or 26.6.8. A managed instance: stop it, then start it with --keycloak-version 26.7.5.",
        "status": "warn",
        "what": "Keycloak 26.6.4 has public security holes",
        "why": "CVE-2026-16089: a stolen authorization code is redeemed by another client, where no PKCE is required (keycloak#51003). Not open here, because clients cannot register in Keycloak's own format: CVE-2026-18208: a client reads the claims of tokens that are not for it (keycloak#51284); CVE-2026-15572: a self-registered client gives its users any role, up to realm administrator (keycloak#51468); CVE-2026-16102: a self-registered client forges the roles of its users by a user property (keycloak#51473).",
      }
    `)
    const open = judgeVersion(self('26.6.4', { registrationFormats: ['default', 'openid-connect'] }))
    expect(open.why).toContain('CVE-2026-15572')
    expect(open.why).not.toContain('Not open here')
    expect(judgeVersion(self('26.7.4')).fix).toMatch(/26\.7\.5\. /)
  })

  it('doctor and up warn about a version newer than the tested one', () => {
    const newer = 'Keycloak 26.8.2 is newer than 26.7.5'
    expect(judgeVersion(self('26.8.2', { features: ['cimd'] }))).toMatchObject({
      status: 'ok',
      what: 'Keycloak 26.8.2; newer than tested',
      why: expect.stringContaining(newer),
    })
    expect(versionWarnings(self('26.8.2'))).toEqual([expect.stringContaining(newer)])
  })

  it('gets the same warning from up, and the tested version gets none', () => {
    const { what, why, fix } = judgeVersion(self('26.6.4'))
    expect(versionWarnings(self('26.6.4'))).toEqual([`${what}. ${why} ${fix}`])
    expect(versionWarnings(self('26.7.5'))).toEqual([])
  })

  it('that is too old is a fault, with the reason', async () => {
    const error = await refusal(() => version.run({ ...info, version: '26.5.0' }, undefined))
    expect(error).toMatchObject({
      code: 'VERSION_UNSUPPORTED',
      why: expect.stringContaining('keycloak#44403'),
    })
  })
})

describe('features', () => {
  it('are all right when the realm needs none and there are none', () => {
    expect(features.run(info, undefined)).toMatchObject({ status: 'ok' })
  })

  it('are warned of when the realm needs one that is off', () => {
    const overlays = ['resource-indicators']
    const warnings = featureWarnings({
      asked: [],
      overlays,
      features: [],
      registrationFormats: ['openid-connect'],
      version: '26.7.5',
    })
    expect(features.run({ ...info, overlays, featureWarnings: warnings }, undefined)).toMatchObject({
      status: 'warn',
      why: expect.stringContaining('--features=resource-indicators'),
    })
  })
})

describe('the host name', () => {
  it('is one for host and containers', () => {
    const told = {
      issuer: ISSUER,
      token_endpoint: 'http://keycloak:8080/realms/fastmcp/protocol/openid-connect/token',
    }
    expect(judgeHostName(ISSUER, told, true)).toMatchInlineSnapshot(`
      {
        "fix": null,
        "status": "ok",
        "what": "one issuer for host and containers, each with token and key URLs that it can reach; asked inside the container",
        "why": null,
      }
    `)
  })

  it('is one, though containers get URLs of the host', () => {
    const told = { issuer: ISSUER, token_endpoint: `${ISSUER}/protocol/openid-connect/token` }
    expect(judgeHostName(ISSUER, told, false)).toMatchObject({
      status: 'ok',
      why: expect.stringContaining('for everybody'),
    })
  })

  it('depends on who asks: both issuers are named', () => {
    const finding = judgeHostName(ISSUER, { issuer: 'http://keycloak:8080/realms/fastmcp' }, true)
    expect(finding).toMatchObject({ status: 'fail', fix: expect.stringContaining('KC_HOSTNAME') })
    expect(finding.why).toContain('"http://keycloak:8080/realms/fastmcp"')
    expect(finding.why).toContain(`"${ISSUER}"`)
  })

  it('is not judged in a realm with a fixed issuer', () => {
    expect(judgeHostName(ISSUER, { issuer: 'https://sso.test/realms/fastmcp' }, false)).toMatchObject({
      status: 'skip',
      why: 'The issuer is https://sso.test/realms/fastmcp for everybody.',
    })
  })

  it.each([
    ['an answer of 404', 404, 'external', 'skip'],
    ['a page', 200, 'external', 'skip'],
    ['an answer of 404 from a server of ours', 404, 'java', 'fail'],
  ] as const)('behind a proxy that does not know it: %s', async (_, status, runtime, expected) => {
    const url = await localServer((_request, response) => response.writeHead(status).end('<html></html>'))
    const server = { endpoints: realmEndpoints(url, 'fastmcp'), runtime } as Server
    expect(await hostName.run(server, undefined)).toMatchObject({ status: expected })
  })

  it('that nobody answers for is a fault', () => {
    expect(judgeHostName(ISSUER, {}, false)).toMatchObject({
      status: 'fail',
      why: expect.stringContaining('"nothing"'),
    })
  })
})

it.each([
  [0, 'ok', 'agrees'],
  [-4, 'ok', 'agrees'],
  [30, 'warn', '30 seconds ahead of ours'],
  [-3600, 'fail', '3600 seconds behind ours'],
])('a clock that is %i seconds off: %s', (seconds, status, said) => {
  expect(judgeClock(seconds)).toMatchObject({ status, what: expect.stringContaining(said) })
})

it.each([
  [1000, 1000.2, 1000.4, 0],
  [1000, 1000.9, 1009, 0], // a slow login is no slow clock
  [1005, 1000, 1001, 4],
  [990, 1000, 1001, -9],
])('a token of second %i, made between %d and %d: %i seconds apart', (second, began, ended, apart) => {
  expect(secondsApart(second, began * 1000, ended * 1000)).toBe(apart)
})
