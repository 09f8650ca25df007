import type { RegistrationBody } from '../clients/client-profile.ts'
import type { RegistrationPolicy } from '../realm/schema.ts'

/** The registration policy that looks at hosts, and its list. */
export const TRUSTED_HOSTS = 'trusted-hosts'

/** The hosts in what a client registers with that the policy "Trusted Hosts" looks at: redirect URIs and home page. */
export function hostsOf({ redirect_uris, client_uri }: RegistrationBody): readonly string[] {
  const uris = [...redirect_uris, ...(client_uri ? [client_uri] : [])]
  return [...new Set(uris.map((uri) => new URL(uri).hostname))]
}

/** Whether a list of trusted hosts has a host: by its name, or by `*.` and a domain, which is meant too. */
export function isTrusted(host: string, list: readonly string[]): boolean {
  return list.some((entry) =>
    entry.startsWith('*.') ? host === entry.slice(2) || host.endsWith(entry.slice(1)) : host === entry,
  )
}

/** A list in the configuration of a registration policy. */
export function policyList({ config }: RegistrationPolicy, key: string): readonly string[] {
  return config?.[key] ?? []
}
