/** Scopes that are Keycloak's or OpenID Connect's own: another one of that name would take their place. */
const RESERVED = [
  ...['openid', 'profile', 'email', 'address', 'phone', 'offline_access'],
  ...['basic', 'roles', 'web-origins', 'acr', 'microprofile-jwt', 'organization', 'service_account'],
]

/** Whether `--scope` refuses the name: clients can ask for such a scope, or they cannot, whatever the realm adds. */
export function isReservedScope(name: string): boolean {
  return RESERVED.includes(name)
}
