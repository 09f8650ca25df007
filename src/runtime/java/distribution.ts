import { createHash, randomUUID } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

import { isThere } from '../../config/files/is-there.ts'
import { readTextFile } from '../../config/files/read-file.ts'
import { distributionSha256 } from '../../config/versions.ts'
import { McpKeycloakError, throwIfInterrupted } from '../../errors.ts'
import { assertDiskRoom } from '../disk.ts'
import { run } from '../exec.ts'
import { isKnownChecksum, rememberChecksum } from '../known-checksums.ts'
import type { RunContext } from '../runtime.ts'

/** Free space for the zip of 177 MB and the file system. */
const ZIP_BYTES = 200_000_000

type Fetch = (version: string, folder: string, context: RunContext) => Promise<string | undefined>

/** Sources of a distribution, in this order: Maven uses the user's mirrors. */
const SOURCES: readonly { readonly name: string; readonly fetch: Fetch }[] = [
  { name: 'Maven', fetch: fetchWithMaven },
  { name: "Keycloak's GitHub release", fetch: fetchFromGithub },
]

/**
 * Returns the zip of a Keycloak version from the cache. Downloads it when it is missing or damaged. Its SHA-256 is checked
 * before it enters the cache, and again before each use.
 *
 * @throws {McpKeycloakError} `DISTRIBUTION_UNAVAILABLE`, `DISTRIBUTION_CORRUPT`, `DISK_FULL`, `INTERRUPTED`
 */
export async function cachedDistribution(
  version: string,
  cache: string,
  context: RunContext,
): Promise<string> {
  const zip = join(cache, `keycloak-${version}.zip`)
  if (await isThere(zip)) {
    if ((await isRegularFile(zip)) && (await isSound(zip, version))) return zip
    const fault = distributionSha256(version)
      ? 'is damaged'
      : 'has no checksum recorded on this machine, or is damaged'
    context.onWarning(`The cached ${zip} ${fault}. It is downloaded again.`)
  }
  await assertDiskRoom(cache, ZIP_BYTES, `Keycloak ${version}`)
  const folder = join(cache, `.fetch-${randomUUID()}`)
  await mkdir(folder, { recursive: true })
  try {
    const fetched = await fetchFromAnySource(version, folder, context)
    if (!distributionSha256(version))
      await rememberChecksum(basename(zip), await sha256Of(fetched)).catch(() => {}) // it is fetched again next time
    await replaceFile(fetched, zip)
    return zip
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Replaces a file, which another process may be reading. A folder in its place is removed. */
async function replaceFile(from: string, to: string): Promise<void> {
  await rename(from, to).catch(async () => {
    await rm(to, { recursive: true, force: true })
    await rename(from, to)
  })
}

/** Whether a zip has the pinned checksum of its version, or the checksum recorded at the download. */
export async function isSound(zip: string, version: string): Promise<boolean> {
  const expected = distributionSha256(version)
  const found = await sha256Of(zip)
  return expected === undefined ? isKnownChecksum(basename(zip), found) : found === expected
}

async function sha256Of(file: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(file), hash)
  return hash.digest('hex')
}

/** Reads the version of an unpacked distribution; `undefined` for any other folder. */
export async function homeVersion(keycloakHome: string): Promise<string | undefined> {
  const text = await readTextFile(join(keycloakHome, 'version.txt')).catch(() => '')
  return /Version (\S+)/.exec(text)?.[1]
}

async function fetchFromAnySource(version: string, folder: string, context: RunContext): Promise<string> {
  const failures: string[] = []
  for (const source of SOURCES) {
    context.onStep(`Fetching Keycloak ${version} (177 MB) with ${source.name}`)
    try {
      const zip = await source.fetch(version, folder, context)
      if (zip === undefined) continue
      const isPinned = distributionSha256(version) !== undefined
      if (isPinned && !(await isSound(zip, version))) throw corrupt(version, source.name)
      if (!isPinned) {
        context.onWarning(
          `No checksum is pinned for Keycloak ${version}: the download from ${source.name} was not verified.`,
        )
      }
      return zip
    } catch (error) {
      throwIfInterrupted(context.signal)
      if (error instanceof McpKeycloakError) throw error
      failures.push(`${source.name}: ${reason(error as Error)}`)
    }
  }
  throw new McpKeycloakError('DISTRIBUTION_UNAVAILABLE', {
    what: `Keycloak ${version} could not be downloaded.`,
    why: failures,
    fix: 'Check the version and the network. Or download and unpack Keycloak, and name its folder: --keycloak-home <folder>',
  })
}

/** Reads the reason of a failed `fetch` from its cause, which has no message after attempts at several addresses. */
function reason(error: Error): string {
  const cause = error.cause as NodeJS.ErrnoException | undefined
  return cause?.message || cause?.code || error.message
}

async function fetchWithMaven(
  version: string,
  folder: string,
  context: RunContext,
): Promise<string | undefined> {
  const artifact = `org.keycloak:keycloak-quarkus-dist:${version}:zip`
  const copy = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy'
  // Without -B, which would hide the progress.
  const args = ['-Dstyle.color=never', copy, `-Dartifact=${artifact}`, `-DoutputDirectory=${folder}`]
  const report = downloadProgress(version, 'with Maven', context)
  const onOutput = (text: string) => {
    const [, received, total] = /\b(\d{1,3})\/(\d{3}) MB/.exec(text) ?? [] // only the distribution has so many
    if (received && total) report(Number(received) * 1e6, Number(total) * 1e6)
  }
  // Maven executes extensions in the folder .mvn of its current folder and of all parents.
  const result = await run('mvn', args, { cwd: folder, signal: context.signal, onOutput })
  if (result.missing) return undefined
  if (result.exitCode !== 0) {
    const line = result.stdout.split(/[\r\n]+/).find((text) => text.includes('[ERROR]'))
    throw new Error(line?.replace(/^.*\[ERROR\]\s*/, '') ?? `mvn ended with ${result.exitCode}`)
  }
  const zip = (await readdir(folder)).find((name) => name.endsWith('.zip'))
  return zip && join(folder, zip)
}

async function fetchFromGithub(version: string, folder: string, context: RunContext): Promise<string> {
  const url = `https://github.com/keycloak/keycloak/releases/download/${version}/keycloak-${version}.zip`
  const response = await fetch(url, { signal: context.signal ?? null })
  if (!response.ok || !response.body) throw new Error(`${url} answered ${response.status}`)
  const total = Number(response.headers.get('content-length'))
  const zip = join(folder, 'github.zip')
  const report = downloadProgress(version, 'from GitHub', context)
  let received = 0
  const body = Readable.fromWeb(response.body).on('data', (chunk: Buffer) => {
    received += chunk.length
    if (total) report(received, total)
  })
  await pipeline(body, createWriteStream(zip))
  return zip
}

/** Tells the bytes of a download, at every twentieth of it. */
function downloadProgress(version: string, source: string, { onStep }: RunContext) {
  let shown = 0
  return (received: number, total: number) => {
    const percent = Math.floor((received / total) * 100)
    if (percent < shown + 5) return
    shown = percent
    const [done, all] = [received, total].map((bytes) => Math.round(bytes / 1e6))
    onStep(`Fetching Keycloak ${version} ${source}: ${done} of ${all} MB (${percent} %)`)
  }
}

function corrupt(version: string, source: string): McpKeycloakError {
  return new McpKeycloakError('DISTRIBUTION_CORRUPT', {
    what: `The download from ${source} is not Keycloak ${version}.`,
    why: 'Its SHA-256 differs from the pinned one: the download is damaged, or it is another file. It was deleted.',
    fix: 'Run the command again. If it fails again, check your mirror or proxy.',
  })
}

async function isRegularFile(path: string): Promise<boolean> {
  return (await stat(path)).isFile()
}
