import type { RegistrationBody } from '../clients/client-profile.ts'
import type { RegistrationPolicy } from '../realm/schema.ts'

/** The registration policy for hosts, and its list. */
export const TRUSTED_HOSTS = 'trusted-hosts'

/** Lists the hosts that the policy "Trusted Hosts" checks: those of the redirect URIs and the home page. */
export function hostsOf({ redirect_uris, client_uri }: RegistrationBody): readonly string[] {
  const uris = [...redirect_uris, ...(client_uri ? [client_uri] : [])]
  return [...new Set(uris.map((uri) => new URL(uri).hostname))]
}

/** Whether a list of trusted hosts includes a host. `*.` and a domain also include the domain without a subdomain. */
export function isTrusted(host: string, list: readonly string[]): boolean {
  return list.some((entry) =>
    entry.startsWith('*.') ? host === entry.slice(2) || host.endsWith(entry.slice(1)) : host === entry,
  )
}

/** Reads a list from the configuration of a registration policy. */
export function policyList({ config }: RegistrationPolicy, key: string): readonly string[] {
  return config?.[key] ?? []
}
