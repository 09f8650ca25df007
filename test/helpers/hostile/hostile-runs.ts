import { Chalk } from 'chalk'

import { renderVerify } from '../../../src/cli/commands/verify.render.ts'
import { resetCommand } from '../../../src/config/reset-command.ts'
import { mintBadToken } from '../../../src/oauth/mint-bad.ts'
import { type VerifyReport, verifyServer } from '../../../src/operations/verify.ts'
import type { RealmUnderTest } from '../../../src/verify/realm-under-test.ts'
import { KEY_PEM, signedToken } from '../keycloak/authorization-server.ts'
import { escapesIn } from './hostile-text.ts'

/** Typed at the realm only; looked for in everything that hostile servers get. */
export const PASSWORD = 'hunter2-for-the-realm'

/** Longer than the requests of any run together. Whoever takes longer hangs. */
const HANG_MS = 25_000

/** Figures of all runs. */
export interface Figures {
  cases: number
  uncaught: string[]
  hangs: string[]
  escapes: string[]
  passwords: string[]
  slowest: { readonly name: string; readonly ms: number }
}

export const noFigures = (): Figures => ({
  ...{ cases: 0, uncaught: [], hangs: [], escapes: [], passwords: [], slowest: { name: '', ms: 0 } },
})

/** A realm at an issuer, as far as `verify` needs one. */
export function realmAt(issuer: string, mcpUrl: string): RealmUnderTest {
  return {
    issuer,
    resetCommand: (added) => resetCommand(undefined, added),
    mcpUrls: [mcpUrl],
    origins: [],
    scopes: ['openid', 'roles'],
    user: { username: 'testuser', password: PASSWORD },
    initialAccessToken: async () => null,
    forge: (kind, token) => mintBadToken(kind, token, KEY_PEM),
    tokenOfAnotherRealm: async () => ({
      token: await signedToken(`${issuer}-other`, { aud: mcpUrl }),
      end: async () => {},
    }),
  }
}

/** Runs one case within the bound, and counts what must not be. */
export async function runCase(
  figures: Figures,
  name: string,
  work: () => Promise<readonly string[]>,
): Promise<void> {
  figures.cases += 1
  const startedAt = Date.now()
  let timer: NodeJS.Timeout | undefined
  const bound = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), HANG_MS)
  })
  try {
    const shown = await Promise.race([work(), bound])
    if (shown === undefined) figures.hangs.push(name)
    else if (shown.some((text) => escapesIn(text).length > 0)) figures.escapes.push(name)
  } catch (error) {
    figures.uncaught.push(`${name}: ${(error as Error).stack}`)
  }
  clearTimeout(timer)
  const tookMs = Date.now() - startedAt
  if (tookMs > figures.slowest.ms) figures.slowest = { name, ms: tookMs }
}

/** Verifies a server, and returns all that is shown of it. */
export async function verified(
  mcpUrl: string,
  realm: RealmUnderTest,
  requestTimeoutMs: number,
): Promise<{ readonly report: VerifyReport; readonly shown: readonly string[] }> {
  const report = await verifyServer(mcpUrl, realm, { requestTimeoutMs })
  const plain = new Chalk({ level: 0 })
  const texts = report.checks.flatMap(({ what, why, fix, url }) => [what, why ?? '', fix ?? '', url ?? ''])
  return { report, shown: [...texts, ...report.warnings, ...renderVerify(report, plain, true)] }
}

/** Runs many cases, some at a time. */
export async function inParallel<Item>(
  items: readonly Item[],
  width: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const left = [...items]
  const worker = async () => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) await work(next)
  }
  await Promise.all(Array.from({ length: width }, worker))
}
