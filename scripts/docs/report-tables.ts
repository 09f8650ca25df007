import { z } from 'zod'

import { errorReportSchema, reportSchemas } from '../../src/index.ts'
import { table } from './table.ts'

type JsonSchema = z.core.JSONSchema.BaseSchema

/** A longer list of values is not shown. */
const MANY = 12

/** The fields of every report, from the schemas that the program prints by. */
export function reportTables(): string {
  const sections = Object.entries({ ...reportSchemas, 'an error': errorReportSchema })
  return sections.map(([name, schema]) => section(name, schema)).join('\n')
}

function section(name: string, schema: z.ZodType): string {
  const json = z.toJSONSchema(schema, { io: 'output', unrepresentable: 'any', reused: 'inline' })
  const rows = fields(json as JsonSchema, '').map(([path, type]) => [`\`${path}\``, type])
  return `### \`${name}\`\n\n${table(['field', 'type'], rows)}`
}

function fields(schema: JsonSchema, path: string): (readonly [path: string, type: string])[] {
  const own = path === '' ? [] : [[path, typeOf(schema)] as const]
  const variants = (schema.anyOf ?? schema.oneOf ?? [schema]) as JsonSchema[]
  const below = variants.flatMap((variant) => {
    if (variant.items) return fields(variant.items as JsonSchema, `${path}[]`).slice(1)
    const required = variant.required ?? []
    return Object.entries(variant.properties ?? {}).flatMap(([key, value]) => {
      const name = required.includes(key) ? key : `${key}?`
      return fields(value as JsonSchema, path === '' ? name : `${path}.${name}`)
    })
  })
  return [...new Map([...own, ...below])]
}

function typeOf(schema: JsonSchema): string {
  const variants = (schema.anyOf ?? schema.oneOf) as JsonSchema[] | undefined
  if (variants) return [...new Set(variants.map(typeOf))].join(' or ')
  if (schema.const !== undefined) return `\`${JSON.stringify(schema.const)}\``
  if (schema.enum && schema.enum.length > MANY) return 'string'
  if (schema.enum) return schema.enum.map((value) => `\`${JSON.stringify(value)}\``).join(' or ')
  if (schema.items) return `list of ${typeOf(schema.items as JsonSchema)}`
  return [schema.type ?? 'any value'].flat().join(' or ')
}
