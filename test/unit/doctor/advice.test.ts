import { describe, expect, it } from 'vitest'

import type { RegistrationBody } from '../../../src/clients/client-profile.ts'
import { opencode } from '../../../src/clients/opencode.ts'
import { NO_REALM_OPTIONS } from '../../../src/config/realm-options.ts'
import { judgeBrowser } from '../../../src/doctor/checks/realm/browser.ts'
import { judgeMcpUrls } from '../../../src/doctor/checks/realm/mcp-url.ts'
import { HOSTS, judgeList, ORIGINS } from '../../../src/doctor/checks/realm/registration-lists.ts'
import { explainRefusal } from '../../../src/doctor/refusal.ts'
import { McpKeycloakError } from '../../../src/errors.ts'
import type { Realm } from '../../../src/realm/schema.ts'
import { networkFault } from '../../../src/verify/network-fault.ts'
import type { RealmUnderTest } from '../../../src/verify/realm-under-test.ts'
import { audienceFix } from '../../../src/verify/realm-under-test.ts'
import { BASE_REALM } from '../support/base-realm.ts'
import { redirect, run } from '../support/verify-run.ts'

const OPTIONS = { ...NO_REALM_OPTIONS, trustedHost: ['kept.test'], origin: ['https://kept.test'] }

/** The realm with empty lists in its registration policies. */
const EMPTIED = JSON.parse(JSON.stringify(BASE_REALM), (key, value) =>
  ['trusted-hosts', 'web-origins'].includes(key) ? [] : value,
) as Realm

describe('a fix for a list of the realm repeats its present items', () => {
  it.each([
    [
      judgeList(HOSTS, EMPTIED, BASE_REALM, OPTIONS).fix,
      'mcp-keycloak reset-realm --trusted-host kept.test --trusted-host <host>',
    ],
    [
      judgeList(ORIGINS, EMPTIED, BASE_REALM, OPTIONS).fix,
      'mcp-keycloak reset-realm --origin https://kept.test --origin <origin>',
    ],
    [
      judgeBrowser(
        [
          {
            origin: 'http://a',
            allowedHeaders: '',
            status: 403,
            allowedOrigin: null,
            body: 'Invalid origin',
          },
        ],
        OPTIONS,
      ).fix,
      'mcp-keycloak reset-realm --origin https://kept.test --origin http://a',
    ],
    [
      explainRefusal(
        new McpKeycloakError('REGISTRATION_REFUSED', {
          what: 'Refused.',
          why: "Policy 'Trusted Hosts' rejected request: URL doesn't match any trusted host or trusted domain",
          fix: 'fix',
        }),
        {
          registration: opencode.registration as RegistrationBody,
          trustedHosts: ['127.0.0.1'],
          hostsOfFile: ['127.0.0.1'],
          isOurs: true,
          options: OPTIONS,
        },
      ).fix,
      'mcp-keycloak reset-realm --trusted-host kept.test --trusted-host opencode.ai',
    ],
  ])('the fix "%s" repeats the present items', (fix, command) => {
    expect(fix).toContain(command)
  })
})

describe("a stranger's words in a command", () => {
  it('values are quoted in the command that recreates the realm', () => {
    expect(judgeMcpUrls([], ['http://a/mcp?x=1&y']).fix).toBe(
      "mcp-keycloak reset-realm --mcp-url 'http://a/mcp?x=1&y'",
    )
  })

  it('are quoted where another URL is to be verified', async () => {
    const { found } = await run({ paths: () => ({ '/mcp': redirect("http://evil.test/';reboot;$(x)") }) })
    expect(found('answers').fix).toContain(`mcp-keycloak verify 'http://evil.test/'\\'';reboot;$(x)'`)
    const realm = { mcpUrls: ['http://a/mcp?x&y'] } as unknown as RealmUnderTest
    expect(audienceFix(realm, 'http://a/mcp?x&y/')).toContain("mcp-keycloak verify 'http://a/mcp?x&y'")
    const noTls = Object.assign(new Error('oh'), { code: 'EPROTO' })
    expect(networkFault(new URL('https://a/mcp?x&y'), noTls).finding.fix).toContain(
      "verify 'http://a/mcp?x&y'",
    )
  })
})
