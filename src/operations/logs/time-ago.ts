import { McpKeycloakError } from '../../errors.ts'

const UNIT_MS = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const

/**
 * Converts `10m` (10 minutes ago) or a date to a time.
 *
 * @param text a duration before now (`30s`, `10m`, `2h`, `7d`, `4w`), or a time in ISO 8601
 * @param example a valid option, for the error
 * @returns ms since 1970
 * @throws {McpKeycloakError} `USAGE_INVALID`
 */
export function timeAgo(text: string, example: string): number {
  const [, amount, unit] = /^(\d+)([smhdw])$/.exec(text) ?? []
  if (amount) return Date.now() - Number(amount) * UNIT_MS[unit as keyof typeof UNIT_MS]
  const at = /^\d{4}-\d\d/.test(text) ? Date.parse(text) : Number.NaN // Date.parse reads "7" as a month
  if (Number.isFinite(at)) return at
  throw new McpKeycloakError('USAGE_INVALID', {
    what: `"${text}" is not a valid time.`,
    why: 'A time is written as 2026-11-21T09:30, or as an age: 30s, 10m, 2h, 7d, 4w.',
    fix: example,
  })
}
