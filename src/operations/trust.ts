import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'

import { z } from 'zod'

import { CONFIG_FILE_NAME, readConfigFile } from '../config/config-file.ts'
import { resolveConfig } from '../config/resolve.ts'
import {
  readTrustRecord,
  type TrustRecord,
  type TrustRequest,
  trustFolder,
  trustRecordFile,
} from '../config/trust.ts'
import { McpKeycloakError } from '../errors.ts'
import { unwritable, writePrivateJson } from '../runtime/private-file.ts'

/** A config file with the values that count in it after the user has trusted them. */
const trustedFileSchema = z
  .strictObject({
    /** Path of the config file, without links. */
    path: z.string(),
    /** The values; empty when the file decides nothing that has to be trusted. */
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
 * Trusts the config file of a folder: the nearest one upwards.
 *
 * @param isExpected tells whether these values are meant. Default: all are.
 * @throws {McpKeycloakError} `USAGE_INVALID` when there is none, `CONFIG_INVALID`, `STATE_UNWRITABLE`
 */
export async function trust(
  folder: string,
  isExpected = (_values: TrustRequest['values']) => true,
): Promise<TrustReport> {
  const path = await configFileOf(folder)
  let request: TrustRequest | undefined
  const askTrust = async (asked: TrustRequest) => {
    if (!isExpected(asked.values)) return false
    request = asked
    await rememberTrust(asked)
    return true
  }
  // Without flags and variables each key of the file counts.
  await resolveConfig({ cwd: folder, env: {}, askTrust })
  const known = request ?? (await readTrustRecord(trustRecordFile(path)))
  return report([{ path, values: (known?.values ?? {}) as TrustRecord['values'], trusted: true }])
}

/**
 * Revokes the trust in the config file of a folder.
 *
 * @throws {McpKeycloakError} `USAGE_INVALID` when there is no such file, `STATE_UNWRITABLE`
 */
export async function revokeTrust(folder: string): Promise<TrustReport> {
  const path = await configFileOf(folder)
  const file = trustRecordFile(path)
  const known = await readTrustRecord(file)
  await rm(file, { force: true }).catch((error: unknown) => {
    throw unwritable(file, error)
  })
  return report([{ path, values: known?.values ?? {}, trusted: false }])
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

async function configFileOf(folder: string): Promise<string> {
  const file = await readConfigFile(folder)
  if (file) return file.realPath
  throw new McpKeycloakError('USAGE_INVALID', {
    what: 'There is no config file to trust.',
    why: `No ${CONFIG_FILE_NAME} was found in ${folder} and the folders above it.`,
    fix: 'Name the folder of the project: mcp-keycloak trust <folder>',
  })
}

function report(files: TrustReport['files']): TrustReport {
  return { schemaVersion: 1, files }
}
