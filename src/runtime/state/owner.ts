import { randomBytes } from 'node:crypto'
import { realpath, rename, stat } from 'node:fs/promises'
import { join } from 'node:path'

import { z } from 'zod'
import { parseJson } from '../../config/files/parse-json.ts'
import { instanceFolder } from '../../config/folders.ts'
import { withOwnerLock } from './instance-lock.ts'
import { readIfThere, unwritable, writePrivateJson } from './private-file.ts'
import { listInstances } from './state.ts'

const OWNER_FILE = 'owner.json'

const ownerSchema = z.looseObject({
  schemaVersion: z.literal(1),
  /** The id, which is not a secret: it is a label of everything that the data folder has in Docker. */
  id: z.string().regex(/^[0-9a-f]{12}$/),
  /** Path of the data folder at the last start. A copy of the folder has another path. */
  folder: z.string(),
})

/** The owner of containers and volumes: a data folder. */
export interface Owner {
  /** 12 hexadecimal digits. */
  readonly id: string
  /** The original folder, when this one was just recognized as a copy. */
  readonly copyOf?: string
}

/**
 * Reads the id of a data folder; `undefined` before its first start in Docker. Also `undefined` for a copied folder,
 * because containers and volumes belong to the original.
 *
 * @throws {McpKeycloakError} `STATE_UNWRITABLE`
 */
export async function knownOwner(data: string): Promise<string | undefined> {
  const { record, copyOf } = await readOwner(data)
  if (copyOf !== undefined) return undefined
  return record?.id ?? (await rememberedOwner(data))
}

/**
 * Reads or creates the id of a data folder. A moved folder keeps its id; a copy gets a new one.
 *
 * @throws {McpKeycloakError} `STATE_UNWRITABLE`, `DISK_FULL`, `INSTANCE_BUSY`
 */
export async function ownerOf(data: string): Promise<Owner> {
  return withOwnerLock(data, async () => {
    const { record, copyOf, damaged } = await readOwner(data)
    const folder = await realpath(data)
    const file = join(data, OWNER_FILE)
    if (record && copyOf === undefined) {
      if (record.folder !== folder) await writePrivateJson(file, { ...record, folder })
      return { id: record.id }
    }
    if (damaged) {
      await rename(file, `${file}.broken-${Date.now()}`).catch((error: unknown) => {
        throw unwritable(file, error)
      })
    }
    const known = copyOf === undefined ? await rememberedOwner(data) : undefined
    const id = known ?? randomBytes(6).toString('hex')
    await writePrivateJson(file, { schemaVersion: 1, id, folder })
    return { id, ...(copyOf !== undefined && { copyOf }) }
  })
}

interface OwnerReading {
  readonly record: z.infer<typeof ownerSchema> | undefined
  readonly copyOf?: string
  readonly damaged: boolean
}

async function readOwner(data: string): Promise<OwnerReading> {
  const text = await readIfThere(join(data, OWNER_FILE))
  const { data: record } = ownerSchema.safeParse(parseJson(text ?? ''))
  if (!record) return { record, damaged: text !== undefined }
  const isCopy = await isThereToo(record.folder, data, record.id)
  return { record, damaged: false, ...(isCopy && { copyOf: record.folder }) }
}

/** Whether another folder has the same id, so that this one is its copy. An unreadable folder counts as having it. */
async function isThereToo(folder: string, data: string, id: string): Promise<boolean> {
  try {
    const [there, here] = await Promise.all([stat(folder), stat(data)])
    if (there.dev === here.dev && there.ino === here.ino) return false // one folder with two paths, for example by a mount
    const { data: record } = ownerSchema.safeParse(
      parseJson((await readIfThere(join(folder, OWNER_FILE))) ?? ''),
    )
    return record?.id === id
  } catch (error) {
    return !['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')
  }
}

/** Finds a lost id in an instance's state. */
async function rememberedOwner(data: string): Promise<string | undefined> {
  for (const instance of await listInstances(data)) {
    const file = join(instanceFolder(data, instance), 'state.json')
    const text = await readIfThere(file).catch(() => undefined) // a command that needs that instance reports the error
    const { data: owner } = ownerSchema.shape.id.safeParse(
      (parseJson(text ?? '') as { owner?: unknown })?.owner,
    )
    if (owner !== undefined) return owner
  }
  return undefined
}
