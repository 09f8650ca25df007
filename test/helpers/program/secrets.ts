import { randomUUID } from 'node:crypto'
import { join } from 'node:path'

import { execa } from 'execa'
import { expect } from 'vitest'

import type { UpReport } from '../../../src/operations/up.ts'
import type { TestInstance } from './instance.ts'
import type { Sightings } from './watch-machine.ts'

/** No other test file has the same secret: two of them run at once, and each sees the programs of both. */
const SECRET = `secret-of-the-user-${randomUUID()}`

/** Secrets in the shell of a user. */
export const OF_THE_USER = { AWS_SECRET_ACCESS_KEY: SECRET, NPM_TOKEN: SECRET }

const ALL = ['commands', 'environments', 'containers'] as const

/**
 * Expects that nobody on the machine saw the administrator's password.
 *
 * @param places with `environments`, the server also saw no secret of the user; the programs of a recovery in Docker
 *   have the user's environment
 */
export function expectHidden(
  { admin, endpoints }: UpReport,
  seen: Sightings,
  places: readonly (keyof Sightings)[] = ALL,
): void {
  const password = admin?.password ?? 'no administrator'
  expect(password).toMatch(/^[\w-]{24}$/)
  const holding = (place: keyof Sightings, secret: string) =>
    [...seen[place]].filter((text) => text.includes(secret))
  for (const place of places) expect(holding(place, password), place).toEqual([])
  if (!places.includes('environments')) return
  expect([...seen.environments].join()).toContain(`KC_HOSTNAME=${endpoints.keycloakUrl}`)
  expect(holding('environments', SECRET)).toEqual([])
}

/** Expects that the file of the administrator alone has the password: no other file of the instance, and no log. */
export async function expectOneFile({ admin }: UpReport, { folder }: TestInstance): Promise<void> {
  const { stdout } = await execa(
    'grep',
    ['--recursive', '--files-with-matches', '--fixed-strings', '--', admin?.password ?? '', folder],
    { reject: false },
  )
  expect(stdout.split('\n')).toEqual([join(folder, 'admin.json')])
}
