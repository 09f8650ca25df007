import { readTextFile } from '../config/files/read-file.ts'
import { McpKeycloakError } from '../errors.ts'
import { RefusedField } from '../keycloak/refused-field.ts'
import { otherPlaceholders } from '../realm/file-warnings.ts'
import { missingVariables } from '../realm/placeholders.ts'
import type { RealmPlan } from './plan-realm.ts'

/** Lines of a file that an error names. */
const MOST_LINES = 3

/** Adds to a refusal of Keycloak where the field stands in the user's file, and the placeholders without a value. */
export async function withPlace(error: unknown, { realm, options }: RealmPlan): Promise<unknown> {
  if (!(error instanceof McpKeycloakError) || error.code !== 'REALM_REFUSED') return error
  const { message: what, why, fix, cause } = error
  const lines = cause instanceof RefusedField ? await linesOf(cause.field, options.realmFile) : []
  const names = missingVariables(realm).map((name) => `\${${name}}`)
  const more = [
    ...(lines.length > 0 && lines.length <= MOST_LINES
      ? [`It is in line ${lines.join(' or ')} of ${options.realmFile}.`]
      : []),
    ...otherPlaceholders(realm),
    ...(names.length > 0 ? [`These placeholders have no value: ${names.join(', ')}.`] : []),
  ]
  if (more.length === 0) return error
  const first =
    names.length > 0 ? 'Set these environment variables and run the command again. Otherwise: ' : ''
  return new McpKeycloakError(error.code, {
    what,
    why: [why, ...more].join('\n').split('\n'),
    fix: `${first}${fix}`,
    cause,
  })
}

/** The lines in which a key of JSON or YAML stands. */
async function linesOf(field: string, file: string | undefined): Promise<readonly number[]> {
  const key = field.split(/[.[\]]/).findLast((step) => step !== '' && !/^\d+$/.test(step))
  const text = file === undefined ? '' : await readTextFile(file).catch(() => '')
  if (!key) return []
  const inJson = `${JSON.stringify(key)}`
  const isKey = (line: string) => {
    const at = line.indexOf(inJson)
    if (at >= 0) return /^\s*:/.test(line.slice(at + inJson.length))
    return line.trimStart().replace(/^- +/, '').startsWith(`${key}:`)
  }
  return text.split('\n').flatMap((line, at) => (isKey(line) ? [at + 1] : []))
}
