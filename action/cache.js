// The parts of `mcp-keycloak prepare` in GitHub's cache. Its library has 46 MB with its packages, so npm fetches it when it is needed.
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

import { annotate, mcpKeycloak, run } from './runner.js'

const LIBRARY = '@actions/cache@6.3.0'

/** Options with which `prepare` has nothing to keep in the platform's folder. */
const ELSEWHERE = ['KEYCLOAK_URL', 'KEYCLOAK_HOME', 'CACHE_FOLDER']

/**
 * Restores the parts of an earlier job, before Keycloak starts. Docker keeps its parts in images and volumes.
 *
 * @returns the key to save them under at the end of the job; `undefined` when there is nothing to save
 */
export async function restore(version, env) {
  const given = (name) => env[`MCP_KEYCLOAK_${name}`] || process.env[`MCP_KEYCLOAK_${name}`] || ''
  if (given('RUNTIME') === 'compose' || ELSEWHERE.some(given)) return
  if (existsSync(join(cacheFolder(), 'checksums'))) return // of a step or a job before this one
  return harmless('restored', async () => {
    const { stdout } = await mcpKeycloak(version, ['doctor', '--json'], { env })
    const checks = new Map(JSON.parse(stdout).checks.map((check) => [check.name, check]))
    const hasDocker = ['docker', 'compose'].every((name) => checks.get(name)?.status === 'ok')
    if (hasDocker && given('RUNTIME') !== 'java') return
    if (!process.env.ACTIONS_CACHE_URL && !process.env.ACTIONS_RESULTS_URL)
      return void process.stdout.write(
        'This runner has no cache service: Keycloak is downloaded in each job.\n',
      )

    const program = (await mcpKeycloak(version, ['--version'], { env })).stdout.trim()
    // An archive is for one JDK; an overlay may need a build of its own.
    const differs = [checks.get('java')?.what, given('WITH'), projectConfig()]
    const hash = createHash('sha256').update(JSON.stringify(differs)).digest('hex').slice(0, 12)
    const words = ['mcp-keycloak', program, process.platform, process.arch, given('KEYCLOAK_VERSION'), hash]
    const key = words.filter(Boolean).join('-')
    const { restoreCache } = await library()
    const found = await restoreCache([cacheFolder()], key)
    process.stdout.write(found ? `Restored from the cache: ${key}\n` : `Not in the cache: ${key}\n`)
    return found ? undefined : key
  })
}

/** Creates what is missing, and saves everything for later jobs. */
export async function save(key, version, env) {
  await harmless('saved', async () => {
    const { code } = await mcpKeycloak(version, ['prepare', '--runtime', 'java'], { env })
    if (code !== 0) throw new Error(`mcp-keycloak prepare ended with exit code ${code}`)
    const { saveCache } = await library()
    if ((await saveCache([cacheFolder()], key)) >= 0) process.stdout.write(`Saved in the cache: ${key}\n`)
  })
}

/** Warns of an error. A job does not fail because of the cache. */
async function harmless(done, work) {
  try {
    return await work()
  } catch (error) {
    annotate('warning', `The cache was not ${done}: ${error?.message ?? error}`)
  }
}

/** Loads GitHub's library, which the post step finds installed. */
async function library() {
  const folder = join(process.env.RUNNER_TEMP ?? tmpdir(), 'mcp-keycloak-cache')
  const file = join(folder, 'node_modules', '@actions', 'cache', 'lib', 'cache.js')
  if (!existsSync(file)) {
    const quiet = ['--no-save', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel', 'error']
    const { code } = await run('npm', ['install', '--prefix', folder, ...quiet, LIBRARY])
    if (code !== 0) throw new Error(`npm install ${LIBRARY} ended with exit code ${code}`)
  }
  return import(pathToFileURL(file).href)
}

/** The text of the project's options, which may name another Keycloak. */
function projectConfig() {
  const file = 'mcp-keycloak.config.json'
  return existsSync(file) ? readFileSync(file, 'utf8') : ''
}

/** The platform's folder, as in src/config/folders.ts. */
function cacheFolder() {
  const { LOCALAPPDATA, XDG_CACHE_HOME } = process.env
  if (process.platform === 'win32')
    return join(LOCALAPPDATA || join(homedir(), 'AppData', 'Local'), 'mcp-keycloak', 'Cache')
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'mcp-keycloak')
  return join(XDG_CACHE_HOME || join(homedir(), '.cache'), 'mcp-keycloak')
}
