import type { McpKeycloakError } from '../../errors.ts'
import { isObject, type Json } from '../../realm/overlay.ts'

/** The results of a trial of an exported file. */
export interface ExportFindings {
  readonly overlay: boolean
  /** Secrets that Keycloak does not export. */
  readonly masked: readonly string[]
  /** Other settings that the file cannot express. */
  readonly missing: readonly string[]
  readonly problem: McpKeycloakError | undefined
}

/** Returns the warnings that a person needs before the exported file is applied. */
export function exportWarnings(content: Json, findings: ExportFindings): readonly string[] {
  const { overlay, masked, missing, problem } = findings
  const users = (Array.isArray(content.users) ? content.users.filter(isObject) : []).filter(
    // A user that an overlay only changes gets the password from the realm file.
    ({ credentials, enabled, serviceAccountClientId }) =>
      credentials === undefined && enabled === true && serviceAccountClientId === undefined,
  )
  const limits = overlay ? 'An overlay can add and change, not remove' : 'A file cannot say it'
  return [
    ...list(
      'Keycloak does not tell passwords. Give these users "credentials"',
      users.map(({ username }) => String(username)),
    ),
    ...list('Keycloak does not tell these secrets. Add them', masked),
    ...list(`${limits}. In these settings a realm made of it is another one`, missing),
    ...(problem ? [`It cannot be applied unchanged. ${problem.message} ${problem.why}`] : []),
  ]
}

function list(text: string, names: readonly string[]): readonly string[] {
  return names.length > 0 ? [`${text}: ${names.join(', ')}`] : []
}
