// Verifies each small server of a folder: node scripts/judge-servers.ts <folder> [name…] (options in MCP_KEYCLOAK_*).
// The first line of a server says CORRECT or FAULT. The realm's first MCP URL gives the port.
import { once } from 'node:events'
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { execa } from 'execa'

import { resolveConfig } from '../src/config/resolve.ts'
import { type VerifyOptions, verify } from '../src/operations/verify.ts'
import { findAppliedRealm } from '../src/provisioning/applied-realm.ts'
import { mcpUrls } from '../src/realm/patches/audience.ts'

/** The judgement about one small server. */
export interface Judgement {
  readonly name: string
  readonly expected: 'CORRECT' | 'FAULT'
  readonly got: 'CORRECT' | 'WARNED' | 'FAULT'
  /** The checks that failed, then those that warned, except the warnings that a correct server gets too. */
  readonly reasons: readonly string[]
  readonly elapsedMs: number
}

/** Warnings that a server without a fault gets: it has no checks for web pages. */
const USUAL_WARNINGS = ['browser', 'origin', 'host', 'no-exp', 'nbf']

/** Whether a judgement is true. A fault of small harm may be a warning. */
export const isTrue = ({ expected, got }: Judgement): boolean =>
  expected === 'CORRECT' ? got !== 'FAULT' : got !== 'CORRECT'

/** Runs the servers of a folder one after the other, and verifies each. */
export async function judgeServers(
  folder: string,
  { issuer, mcpUrl, names }: { issuer: string; mcpUrl: string; names?: readonly string[] },
  check: (mcpUrl: string) => ReturnType<typeof verify>,
  onJudged: (judgement: Judgement) => void = () => {},
): Promise<readonly Judgement[]> {
  const { port, origin } = new URL(mcpUrl)
  const copies = fileURLToPath(new URL(`../.cache/judged-${port}`, import.meta.url)) // finds node_modules
  await rm(copies, { recursive: true, force: true })
  await mkdir(copies, { recursive: true })
  await cp(folder, copies, { recursive: true })
  const files = (await readdir(copies)).filter((file) => file.endsWith('.mjs')).sort()
  const judged: Judgement[] = []
  for (const file of files) {
    const name = file.replace('.mjs', '')
    const text = await readFile(join(copies, file), 'utf8')
    await writeFile(join(copies, file), text.replaceAll('http://localhost:8000', origin))
    if (name === 'lib' || (names?.length && !names.includes(name))) continue
    const expected = /^\/\/ FAULT/.test(text) ? 'FAULT' : 'CORRECT'
    await using _server = await start(join(copies, file), { PORT: port, ISS: issuer })
    const report = await check(mcpUrl)
    const by = (status: string) => report.checks.filter((one) => one.status === status)
    const unusual = by('warn').filter((one) => !USUAL_WARNINGS.includes(one.name))
    const shown = [...by('fail'), ...unusual].map((one) => `${one.status} ${one.name}: ${one.what}`)
    const got = by('fail').length > 0 ? 'FAULT' : unusual.length > 0 ? 'WARNED' : 'CORRECT'
    judged.push({ name, expected, got, reasons: shown, elapsedMs: report.elapsedMs })
    onJudged(judged.at(-1) as Judgement)
  }
  await rm(copies, { recursive: true, force: true })
  return judged
}

/** Starts a server, and waits until it says that it is ready. */
async function start(file: string, env: Readonly<Record<string, string>>): Promise<AsyncDisposable> {
  const server = execa(process.execPath, [file], { env, reject: false, stderr: 'inherit', buffer: false })
  await once(server.stdout, 'data')
  return {
    async [Symbol.asyncDispose]() {
      server.kill('SIGKILL')
      await server
    },
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [folder = '', ...names] = process.argv.slice(2)
  const { config } = await resolveConfig({ flags: {}, env: process.env, cwd: process.cwd() })
  const { realm, endpoints } = await findAppliedRealm(config)
  const [mcpUrl = ''] = mcpUrls(realm)
  const options: VerifyOptions = {}
  const judged = await judgeServers(
    folder,
    { issuer: endpoints.issuer, mcpUrl, names },
    (url) => verify(config, url, options),
    ({ name, expected, got, reasons, elapsedMs }) =>
      console.log([`${name}: ${expected}, judged ${got} (${elapsedMs} ms)`, ...reasons].join('\n    ')),
  )
  const accused = judged.filter(({ expected, got }) => expected === 'CORRECT' && got === 'FAULT')
  console.log(`${judged.filter(isTrue).length} of ${judged.length} true, ${accused.length} accused falsely`)
}
