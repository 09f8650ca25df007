import { z } from 'zod'

import { errorReportSchema } from '../operations/error-report.ts'
import { BRIDGE_VERSION, goodbyeSchema, helloSchema, METHODS, requestSchema } from './protocol.ts'

type JsonSchema = z.core.JSONSchema.BaseSchema

/** Returns the JSON Schemas (draft 2020-12) of all messages. */
export function bridgeSchema() {
  const methods = Object.entries(METHODS).map(([name, { description, params, result }]) => {
    return [name, { description, params: json(params, 'input'), result: json(result, 'output') }]
  })
  return {
    bridgeVersion: BRIDGE_VERSION,
    hello: json(helloSchema, 'output'),
    request: json(requestSchema, 'input'),
    error: json(errorReportSchema.shape.error, 'output'),
    goodbye: json(goodbyeSchema, 'output'),
    methods: Object.fromEntries(methods) as Readonly<
      Record<string, { description: string; params: JsonSchema; result: JsonSchema }>
    >,
  }
}

function json(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
  const { $schema: _, ...made } = z.toJSONSchema(schema, { io, override: withoutHelp })
  return made
}

/** Removes what only the help of the command line uses. */
function withoutHelp({ jsonSchema }: { jsonSchema: JsonSchema }): void {
  for (const key of ['placeholder', 'negation', 'secret', 'examples']) delete jsonSchema[key]
}
