import type { Cause } from '../causes.ts'
import { unquoted } from '../compare-values.ts'
import type { Facts } from '../known-failure.ts'
import type { Ecosystem } from './ecosystem.ts'

/** Other names of a value in a setting. */
const ALSO: Readonly<Record<string, readonly string[]>> = {
  audience: ['expected', 'got'],
  issuer: ['got', 'expected'],
  client: ['clientId'],
}

/** The setting of an ecosystem for a cause, with the values of the message. */
export function settingOf(ecosystem: Ecosystem | undefined, cause: Cause, values: Facts): string | undefined {
  const setting = ecosystem?.settings[cause]
  if (ecosystem === undefined || setting === undefined) return undefined
  const filled = setting.replace(/\{(\w+)\}/g, (_, name: string) => filling(name, values) ?? `<${name}>`)
  return `${ecosystem.title}: ${filled}`
}

function filling(name: string, values: Facts): string | undefined {
  const [found] = [name, ...(ALSO[name] ?? [])].flatMap((key) => values[key] ?? [])
  const value = found && unquoted(name === 'host' ? found.replace(/:\d+$/, '') : found)
  return value === undefined || /^[\w.:/@-]+$/.test(value) ? value : undefined
}
