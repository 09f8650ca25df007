import { bridgeSchema } from '../../src/bridge/bridge-schema.ts'
import { table } from './table.ts'

/** The methods of the bridge, with the names of their params and results. */
export function bridgeMethods(): string {
  const rows = Object.entries(bridgeSchema().methods).map(([name, { description, params, result }]) => [
    `\`${name}\``,
    `${description}.`,
    namesOf(params),
    namesOf(result),
  ])
  return table(['method', 'does', 'params', 'result'], rows)
}

/** Lists the properties of a schema. A question mark follows an optional one. */
function namesOf({ properties = {}, required = [] }: { properties?: object; required?: string[] }): string {
  const names = Object.keys(properties).map((name) => `\`${name}${required.includes(name) ? '' : '?'}\``)
  return names.join(', ')
}
