import { sharedKeycloak } from './own-keycloak.ts'
import { sharedAdmin } from './test-realm.ts'

/** Options of the program for a realm on the shared Keycloak. */
export interface SharedInstance extends AsyncDisposable {
  readonly env: Readonly<Record<string, string>>
}

/** Options for a new realm; nothing is created. Deletes the realm when disposed. */
export function sharedInstance(realm: string): SharedInstance {
  const { instance, dataFolder } = sharedKeycloak()
  return {
    env: {
      MCP_KEYCLOAK_INSTANCE: instance,
      MCP_KEYCLOAK_DATA_FOLDER: dataFolder,
      MCP_KEYCLOAK_REALM: realm,
    },
    async [Symbol.asyncDispose]() {
      const { realms } = await sharedAdmin()
      await realms.del({ realm })
    },
  }
}
