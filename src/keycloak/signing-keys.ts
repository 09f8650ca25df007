import type { Admin } from './admin.ts'

/** What a realm signs tokens with. */
export interface SigningKeys {
  /** `kid` of the active key; `undefined` when there is none. */
  readonly active: string | undefined
  /** Name of the component that the key is of. */
  readonly provider: string | undefined
}

/** The key of an algorithm with which a realm signs now. */
export async function signingKeys(admin: Admin, realm: string, algorithm: string): Promise<SigningKeys> {
  const { active = {}, keys = [] } = await admin.realms.getKeys({ realm })
  const kid = (active as Readonly<Record<string, string>>)[algorithm]
  const providerId = keys.find((key) => key.kid === kid)?.providerId
  const component =
    providerId === undefined ? undefined : await admin.components.findOne({ realm, id: providerId })
  return { active: kid, provider: component?.name }
}
