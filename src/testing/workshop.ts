import { randomUUID } from 'node:crypto'
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { folders } from '../config/folders.ts'
import type { Config } from '../config/schema.ts'
import { downAll } from '../operations/instances.ts'
import { startBeside } from '../runtime/exec.ts'
import { processStart } from '../runtime/process-start.ts'

/** Whose a folder is. */
interface Owner {
  readonly pid: number
  /** So that another process with the same pid is not mistaken for it. */
  readonly processStart: string | undefined
}

const OWNER_FILE = 'owner.json'

/** Between the making of a folder and of the file that says whose it is. */
const UNCLAIMED_MS = 60_000

/** The data folder of a server that lives as long as a test run: apart from the user's own instances. */
export async function makeWorkshop(config: Pick<Config, 'dataFolder'>): Promise<string> {
  const folder = join(workshops(config), randomUUID().slice(0, 8))
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const owner: Owner = { pid: process.pid, processStart: await processStart(process.pid) }
  await writeFile(join(folder, OWNER_FILE), JSON.stringify(owner))
  return folder
}

/**
 * Has a folder removed, and its servers stopped, when this process is gone, however it ends: the reaper sees it by the
 * pipe between them.
 *
 * @returns lets the reaper go, once there is nothing left to remove
 */
export function startReaper(folder: string): () => void {
  const program = fileURLToPath(new URL(`./reaper${extname(import.meta.filename)}`, import.meta.url))
  return startBeside(process.execPath, [program, folder])
}

/** Stops the servers in a folder, and removes it. */
export async function removeWorkshop(config: Config, folder: string): Promise<void> {
  await downAll({ ...config, dataFolder: folder, keycloakUrl: undefined }, { purge: true })
  await rm(folder, { recursive: true, force: true, maxRetries: 3 })
}

/** Stops and removes what test runs that were killed have left on this machine. */
export async function sweepWorkshops(config: Config): Promise<void> {
  const all = await readdir(workshops(config)).catch(() => [])
  const left = await Promise.all(
    all.map(async (name) => {
      const folder = join(workshops(config), name)
      return (await isOwned(folder)) ? [] : [folder]
    }),
  )
  await Promise.all(left.flat().map((folder) => removeWorkshop(config, folder).catch(() => {})))
}

async function isOwned(folder: string): Promise<boolean> {
  const text = await readFile(join(folder, OWNER_FILE), 'utf8').catch(() => undefined)
  if (text === undefined) {
    const made = await stat(folder).catch(() => undefined)
    return made !== undefined && Date.now() - made.mtimeMs < UNCLAIMED_MS
  }
  const owner = JSON.parse(text) as Owner
  const start = await processStart(owner.pid)
  return start !== undefined && start === owner.processStart
}

function workshops(config: Pick<Config, 'dataFolder'>): string {
  return join(folders(config).data, 'testing')
}
