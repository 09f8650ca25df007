import type RealmRepresentation from '@keycloak/keycloak-admin-client/lib/defs/realmRepresentation.js'

import { type Admin, status } from './admin.ts'

/** Fields of other tools' files, each with its place in Keycloak's format. */
const PLACES: Readonly<Record<string, string>> = {
  userProfile:
    'The user profile belongs to "components", type org.keycloak.userprofile.UserProfileProvider, as a JSON text in the setting kc.user.profile.config.',
  messageBundles: 'Texts belong to "localizationTexts".',
}

/** The place of a field that belongs elsewhere in Keycloak's format; `undefined` for an unknown field. */
export function placeOf(field: string): string | undefined {
  return PLACES[field]
}

/** The cause of a refusal whose field is known. */
export class RefusedField extends Error {
  /** Path of the field in the realm. */
  readonly field: string

  constructor(field: string, cause: unknown) {
    super(`Keycloak refused "${field}".`, { cause })
    this.field = field
  }
}

/**
 * Finds the field of a realm file that Keycloak cannot read, as a path such as `clients[0].colour`. Keycloak names it
 * neither in its response nor in its log. So parts of the file are sent again, under the name of an existing realm. A
 * readable part is a conflict (409), an unreadable part is a bad request (400). Nothing is created.
 */
export async function refusedField(
  admin: Admin,
  realm: Readonly<Record<string, unknown>>,
): Promise<string | undefined> {
  const isRefused = (part: object) =>
    admin.realms.create({ ...part, realm: 'master' } as RealmRepresentation).then(
      () => false,
      (error: unknown) => status(error) === 400,
    )
  return descend('', realm, (part) => isRefused(part as object))
}

async function descend(
  path: string,
  value: unknown,
  isRefused: (part: unknown) => Promise<boolean>,
): Promise<string | undefined> {
  for (const { step, part, child } of parts(value)) {
    if (!(await isRefused(part(child)))) continue
    const inner = path === '' ? step.replace(/^\./, '') : path + step
    // An empty value that is refused means that Keycloak refuses the field itself.
    if (isContainer(child) && (await isRefused(part(Array.isArray(child) ? [] : {})))) return inner
    return (await descend(inner, child, (deeper) => isRefused(part(deeper)))) ?? inner
  }
  return undefined
}

interface Part {
  readonly step: string
  readonly child: unknown
  /** Builds the whole with only this child, or with another value in its place. */
  readonly part: (child: unknown) => unknown
}

function parts(value: unknown): readonly Part[] {
  if (Array.isArray(value)) {
    return value.map((child, index) => ({ step: `[${index}]`, child, part: (other) => [other] }))
  }
  if (!isContainer(value)) return []
  return Object.entries(value).map(([key, child]) => ({
    step: `.${key}`,
    child,
    part: (other) => ({ [key]: other }),
  }))
}

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}
