import { isObject, type Json } from '../realm/overlay.ts'

/** What a person has to know of an exported file before it is applied. */
export function exportWarnings(
  content: Json,
  { masked, missing }: { readonly masked: readonly string[]; readonly missing: readonly string[] },
): readonly string[] {
  const users = items(content.users).filter(
    ({ credentials, enabled, serviceAccountClientId }) =>
      credentials === undefined && enabled !== undefined && serviceAccountClientId === undefined,
  )
  const clients = items(content.clients).filter(
    ({ publicClient, bearerOnly, secret, enabled }) =>
      !publicClient && !bearerOnly && secret === undefined && enabled !== undefined,
  )
  return [
    ...list('Keycloak does not tell passwords; give these users "credentials"', users, 'username'),
    ...(masked.length > 0 ? [`Keycloak does not tell these secrets; add them: ${masked.join(', ')}`] : []),
    ...(missing.length > 0 ? [`A realm made of this file would differ in: ${missing.join(', ')}`] : []),
    ...list('A new secret is generated for', clients, 'clientId'),
  ]
}

function list(text: string, found: readonly Json[], key: string): readonly string[] {
  return found.length > 0 ? [`${text}: ${found.map((item) => item[key]).join(', ')}`] : []
}

function items(value: unknown): readonly Json[] {
  return Array.isArray(value) ? value.filter(isObject) : []
}
