import { fileURLToPath } from 'node:url'

import { expect, it } from 'vitest'

import { isTrue, judgeServers } from '../../../scripts/judge-servers.ts'
import { verifyServer } from '../../../src/operations/verify.ts'
import { findAppliedRealm } from '../../../src/provisioning/applied-realm.ts'
import { realmUnderTest } from '../../../src/provisioning/realm-under-test.ts'
import { freePort } from '../../../src/runtime/probe-port.ts'
import { externalConfig } from '../../helpers/keycloak/external-config.ts'
import { sharedKeycloak } from '../../helpers/keycloak/own-keycloak.ts'
import { testRealm } from '../../helpers/keycloak/test-realm.ts'
import { oneOtherRealm } from '../../helpers/mcp/one-other-realm.ts'

const SERVERS = fileURLToPath(new URL('../../fixtures/verify-servers', import.meta.url))

it('verify judges each small server as its first line says', { timeout: 1_800_000 }, async () => {
  const mcpUrl = `http://localhost:${await freePort()}/mcp`
  const otherUrl = new URL('/other/mcp', mcpUrl).href
  await using realm = await testRealm('judged', { mcpUrl: [mcpUrl, otherUrl] })
  const config = await externalConfig(sharedKeycloak(), { realm: realm.name })
  const subject = realmUnderTest(await findAppliedRealm(config), () => 'mcp-keycloak reset-realm', mcpUrl)
  await using other = oneOtherRealm('openid')
  const judged = await judgeServers(SERVERS, { issuer: realm.server.issuer, mcpUrl }, (url) =>
    verifyServer(url, other.share(subject), {}),
  )
  expect(judged.filter((one) => !isTrue(one))).toEqual([])
  expect(judged.filter(({ expected, got }) => expected === 'CORRECT' && got === 'FAULT')).toEqual([])
  expect(judged.length).toBeGreaterThanOrEqual(116)
})
