import { lstat, readdir, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'

import { z } from 'zod'

import { command } from '../config/command.ts'
import { CONFIG_FILE_NAME, readConfigFile } from '../config/config-file.ts'
import { realDestination } from '../config/files/project-paths.ts'
import { resolveConfig } from '../config/resolve.ts'
import {
  readTrustRecord,
  type TrustRecord,
  type TrustRequest,
  trustFolder,
  trustRecordFile,
} from '../config/trust.ts'
import { McpKeycloakError } from '../errors.ts'
import { unwritable, writePrivateJson } from '../runtime/state/private-file.ts'

/** A config file, and its values that require trust. */
const trustedFileSchema = z
  .strictObject({
    /** Path of the config file, without links. */
    path: z.string(),
    /** The values; empty when no value of the file requires trust. */
    values: z.record(z.string(), z.json()).readonly(),
    trusted: z.boolean(),
  })
  .readonly()

/** `trust --json`: the config files that were trusted, revoked or listed. */
export const trustReportSchema = z.strictObject({
  schemaVersion: z.literal(1),
  files: z.array(trustedFileSchema).readonly(),
})

/** The config files that were trusted, revoked or listed. */
export type TrustReport = Readonly<z.infer<typeof trustReportSchema>>

/**
 * Trusts the nearest config file upwards from a folder.
 *
 * @param isExpected whether to trust these values. Default: all are trusted.
 * @throws {McpKeycloakError} `USAGE_INVALID` when there is no config file, `CONFIG_INVALID`, `STATE_UNWRITABLE`
 */
export async function trust(
  folder: string,
  isExpected = (_values: TrustRequest['values']) => true,
): Promise<TrustReport> {
  const file = await readConfigFile(folder)
  if (file === undefined) throw noConfigFile(folder)
  const askTrust = async ({ values }: TrustRequest) => isExpected(values)
  // Without flags and variables, every key of the file counts.
  const { trusted } = await resolveConfig({ cwd: folder, env: {}, askTrust })
  await (trusted ? rememberTrust(trusted) : forget(trustRecordFile(file.realPath)))
  const values = (trusted?.values ?? {}) as TrustRecord['values']
  return report([{ path: file.realPath, values, trusted: true }])
}

/**
 * Revokes the trust in the nearest config file upwards from a folder. A deleted file counts when it was trusted. The
 * contents do not matter.
 *
 * @throws {McpKeycloakError} `USAGE_INVALID` when there is no such file, `STATE_UNWRITABLE`
 */
export async function revokeTrust(folder: string): Promise<TrustReport> {
  for (const place of upwards(folder)) {
    const named = join(place, CONFIG_FILE_NAME)
    const path = await realDestination(named)
    const file = trustRecordFile(path)
    if (!(await exists(file)) && !(await exists(named))) continue
    const known = await readTrustRecord(file)
    await forget(file)
    return report([{ path, values: known?.values ?? {}, trusted: false }])
  }
  throw noConfigFile(folder)
}

/** Lists the trusted config files. */
export async function listTrust(): Promise<TrustReport> {
  const names = await readdir(trustFolder()).catch(() => [])
  const records = await Promise.all(names.map((name) => readTrustRecord(join(trustFolder(), name))))
  const files = records.flatMap((record) => (record ? [{ ...record, trusted: true }] : []))
  files.sort((one, other) => one.path.localeCompare(other.path))
  return report(files.map(({ path, values, trusted }) => ({ path, values, trusted })))
}

/**
 * Records that the user trusts these values of a config file.
 *
 * @throws {McpKeycloakError} `STATE_UNWRITABLE`
 */
export async function rememberTrust({ path, values }: TrustRequest): Promise<void> {
  const trustedAt = new Date().toISOString()
  await writePrivateJson(trustRecordFile(path), { schemaVersion: 1, path, values, trustedAt })
}

async function forget(record: string): Promise<void> {
  await rm(record, { force: true }).catch((error: unknown) => {
    throw unwritable(record, error)
  })
}

/** A folder and all folders above it. */
function upwards(folder: string): readonly string[] {
  return [folder, ...(dirname(folder) === folder ? [] : upwards(dirname(folder)))]
}

/** Whether a file or a link with that name exists. */
async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  )
}

function noConfigFile(folder: string): McpKeycloakError {
  return new McpKeycloakError('USAGE_INVALID', {
    what: 'There is no config file to trust.',
    why: `No ${CONFIG_FILE_NAME} was found in ${folder} and the folders above it.`,
    fix: `Name the folder of the project: ${command('trust', '<folder>')}`,
  })
}

function report(files: TrustReport['files']): TrustReport {
  return { schemaVersion: 1, files }
}
