/**
 * Tries realm files on the running managed Keycloak of a data folder. Prints for each file: Keycloak's own response, the
 * result of `up --realm-file`, the login test, `realm diff`, and a second realm from the same file. Removes the realms.
 * Usage: `npm run build && node scripts/try-realm-files.ts [--json] <data folder> <file or folder>… [-- <options of up>…]`.
 */
import { readdir, readFile, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { parseArgs } from 'node:util'

import { resolveConfig } from '../src/config/resolve.ts'
import { findInstance } from '../src/instance/instance.ts'
import { adminLogin } from '../src/keycloak/admin.ts'
import { deleteRealm } from '../src/keycloak/realms.ts'
import type { ErrorReport } from '../src/operations/error-report.ts'
import type { RealmDiffReport } from '../src/operations/realm/realm-diff.ts'
import type { UpReport } from '../src/operations/up.ts'
import { start } from '../test/helpers/program/cli.ts'

/** Lines of the server's log that one realm file may cause. */
const LOG_LINES = 400

/** Name of the second realm from a file. */
const SECOND = 'try-realm-files-second'

/** The result of a command: its report or its error. */
type Outcome<Report> = { readonly report: Report } | ErrorReport

/** Everything that was found out about one realm file. */
interface Trial {
  readonly file: string
  /** Response of `POST /admin/realms` to the unchanged file. */
  readonly raw: { readonly status: number; readonly body: string; readonly log: readonly string[] }
  readonly up: Outcome<UpReport>
  /** `undefined` when `up` refused the file. */
  readonly diff?: Outcome<RealmDiffReport>
  /** `up` under another name, beside the first realm. */
  readonly second?: Outcome<UpReport>
}

const own = process.argv.indexOf('--')
const upOptions = own === -1 ? [] : process.argv.slice(own + 1)
const { values, positionals } = parseArgs({
  args: process.argv.slice(2, own === -1 ? undefined : own),
  options: { json: { type: 'boolean', default: false } },
  allowPositionals: true,
})
const [dataFolder = '', ...paths] = positionals
const { config } = await resolveConfig({ flags: { dataFolder }, env: {}, cwd: process.cwd() })
const { keycloak } = await findInstance(config)
const admin = await adminLogin(keycloak)

const COLUMNS = [50, 60, 14, 8, 14, 14]
if (!values.json) printRow(['file', 'POST /admin/realms', 'up', 'proof', 'drift', 'second realm'])
for (const path of await filesIn(paths)) {
  const trial = await tryFile(path)
  if (values.json) process.stdout.write(`${JSON.stringify(trial)}\n`)
  else printRow(row(trial))
}

async function filesIn(paths: readonly string[]): Promise<readonly string[]> {
  const lists = paths.map(async (path) => {
    if (!(await stat(path)).isDirectory()) return [path]
    const names = await readdir(path)
    return names
      .filter((name) => /\.(json|ya?ml|tpl)$/.test(name))
      .sort()
      .map((name) => join(path, name))
  })
  return (await Promise.all(lists)).flat()
}

async function tryFile(path: string): Promise<Trial> {
  const file = basename(path)
  const raw = await postRaw(path)
  const up = await run<UpReport>(['up', '--realm-file', path, ...upOptions])
  if (!('report' in up)) return { file, raw, up }
  const { realm } = up.report.endpoints
  const diff = await run<RealmDiffReport>(['realm', 'diff', '--realm', realm])
  const second = await run<UpReport>(['up', '--realm-file', path, '--realm', SECOND, ...upOptions])
  // A realm that was there before is not ours to remove.
  if (up.report.realm === 'created') await deleteRealm(admin, realm)
  await deleteRealm(admin, SECOND)
  return { file, raw, up, diff, second }
}

/** Sends a file to Keycloak unchanged. */
async function postRaw(path: string): Promise<Trial['raw']> {
  const before = new Set(await keycloak.lastLog(LOG_LINES))
  const response = await fetch(`${keycloak.url}/admin/realms`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${await admin.getAccessToken()}`,
      'content-type': 'application/json',
    },
    body: await readFile(path),
  })
  const body = await response.text()
  // The first line of an entry has its time, so no two are equal.
  const entries = (await keycloak.lastLog(LOG_LINES)).filter((line) => /^\d.* (WARN|ERROR) /.test(line))
  const log = entries.filter((line) => !before.has(line))
  const created = response.headers.get('location')?.split('/').at(-1)
  if (created) await deleteRealm(admin, decodeURIComponent(created))
  return { status: response.status, body, log }
}

async function run<Report>(args: readonly string[]): Promise<Outcome<Report>> {
  const { stdout, stderr } = await start([...args, '--json', '--yes', '--data-folder', dataFolder])
  const answer = JSON.parse(stdout || stderr) as Report | ErrorReport
  return isError(answer) ? answer : { report: answer }
}

function isError(answer: unknown): answer is ErrorReport {
  return typeof answer === 'object' && answer !== null && 'error' in answer
}

function row({ file, raw, up, diff, second }: Trial): readonly string[] {
  const proof = 'report' in up ? (up.report.proof ? 'proved' : 'nothing') : ''
  return [file, `${raw.status} ${reason(raw)}`, outcome(up), proof, drift(diff), outcome(second)]
}

function outcome(result: Outcome<UpReport> | undefined): string {
  if (!result) return ''
  return 'report' in result ? result.report.realm : result.error.code
}

function drift(diff: Trial['diff']): string {
  if (!diff) return ''
  return 'report' in diff ? String(diff.report.drift.length) : diff.error.code
}

/** Keycloak's reason for a refusal. For an unknown error it is in the log only. */
function reason({ body, log }: Trial['raw']): string {
  const word = /"(?:errorMessage|error)":"([^"]*)/.exec(body)?.[1] ?? body
  return (word === 'unknown_error' && /server error: [\w.]+: (.*)/.exec(log.join('\n'))?.[1]) || word
}

function printRow(cells: readonly string[]): void {
  const text = cells.map((cell, at) => cell.slice(0, COLUMNS[at]).padEnd(COLUMNS[at] ?? 0))
  process.stdout.write(`${text.join('  ').trimEnd()}\n`)
}
