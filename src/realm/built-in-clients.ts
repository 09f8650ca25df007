/** The clients that Keycloak creates in every realm. */
export const BUILT_IN_CLIENTS: readonly string[] = [
  'account',
  'account-console',
  'admin-cli',
  'admin-permissions',
  'broker',
  'realm-management',
  'security-admin-console',
]

/** The client whose client scopes nobody can change: the Admin API answers 403. Tokens are never issued to it. */
export const UNCHANGEABLE_CLIENT = 'realm-management'
