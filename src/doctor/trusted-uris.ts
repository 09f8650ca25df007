import type { RegistrationBody } from '../clients/client-profile.ts'

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
