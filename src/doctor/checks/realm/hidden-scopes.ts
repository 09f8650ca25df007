import { command } from '../../../config/command.ts'
import { publicScopes, registrableScopes } from '../../../realm/patches/scopes.ts'
import type { Realm } from '../../../realm/schema.ts'
import { type DoctorCheck, type Finding, fail, ok, warn } from '../../check.ts'

/** Checks that the metadata lists only scopes that a client may register with. */
export const hiddenScopes: DoctorCheck<'realm'> = {
  name: 'hidden-scopes',
  title: 'Hidden scopes',
  group: 'realm',
  asks: 'realm',
  repair: 'scopes',
  run: ({ actual, rendered }) => judgeHiddenScopes(actual, rendered),
}

/** Judges which scopes the metadata should not list. */
export function judgeHiddenScopes(actual: Realm, rendered: Realm | undefined): Finding {
  const shown = publicScopes(actual)
  const given = registrableScopes(actual)
  const refused = shown.filter((name) => !given.includes(name))
  const hidden = (rendered?.clientScopes ?? []).map(({ name }) => name)
  const public_ = new Set(rendered ? publicScopes(rendered) : [])
  const unhidden = shown.filter((name) => hidden.includes(name) && !public_.has(name))
  const fix = (name: string | undefined) =>
    rendered && unhidden.includes(name ?? '')
      ? command('doctor', { fix: true })
      : `Admin console, Client scopes, ${name}: switch off "Include in OpenID Provider Metadata", or assign it as optional.`
  if (refused.length > 0) {
    return fail(
      `the metadata name ${refused.join(', ')}, which no client may register with`,
      'Programs that register with all of scopes_supported, as the Python SDK does, are refused: "Not permitted to use specified clientScope".',
      fix(refused[0]),
    )
  }
  if (unhidden.length > 0) {
    return warn(
      `the metadata name ${unhidden.join(', ')}, which the realm was made to hide`,
      'Programs that ask for all of scopes_supported ask the user to consent to it.',
      fix(unhidden[0]),
    )
  }
  return ok(`the metadata name ${shown.length} scopes, all of which a client may register with`)
}
