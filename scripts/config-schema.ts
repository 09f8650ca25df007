// Writes the JSON Schema of the config file, which editors complete and check it by: npm run schema.
// It is made from the zod schema; a unit test holds the file that is committed equal to what is made here.
import { writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

import { z } from 'zod'

import { assetPath } from '../src/assets.ts'
import {
  CONFIG_KEYS,
  type ConfigKey,
  configSchema,
  environmentName,
  flagName,
  optionMeta,
} from '../src/config/schema.ts'
import { OVERLAY_PATH } from '../src/config/values.ts'
import { SCHEMA_FILE_NAME } from '../src/operations/init.ts'
import { overlayNames } from '../src/realm/load-overlay.ts'

type JsonSchema = z.core.JSONSchema.BaseSchema

/** What zod leaves out where a text is made a number. */
const DEFAULTS = configSchema.parse({})

/** The JSON Schema (draft 2020-12) of `mcp-keycloak.config.json`, as the text of its file. */
export async function configSchemaText(): Promise<string> {
  const made = z.toJSONSchema(configSchema, { io: 'input', override })
  const details: Partial<Record<ConfigKey, JsonSchema>> = { with: { items: await overlayItems() } }
  const properties = CONFIG_KEYS.filter((key) => !optionMeta(key).secret).map((key) => [
    key,
    { ...documented(key, made.properties?.[key] as JsonSchema), ...details[key] },
  ])
  const schema = {
    $schema: made.$schema,
    $id: `https://unpkg.com/mcp-keycloak/${SCHEMA_FILE_NAME}`,
    title: 'mcp-keycloak.config.json',
    description:
      'Options of mcp-keycloak for a project. Flags and MCP_KEYCLOAK_* variables count before them.',
    type: made.type,
    properties: {
      $schema: { type: 'string', description: 'Where an editor finds this schema.' },
      ...Object.fromEntries(properties),
    },
    additionalProperties: made.additionalProperties,
  }
  return `${JSON.stringify(schema, null, 2)}\n`
}

/** A number is checked after a text was made one, which zod cannot tell in JSON Schema. */
function override({ zodSchema, jsonSchema }: { zodSchema: z.core.$ZodTypes; jsonSchema: JsonSchema }): void {
  const { def } = zodSchema._zod
  if (def.type !== 'pipe' || !jsonSchema.anyOf) return
  const { $schema: _, ...range } = z.toJSONSchema(def.out as z.ZodType)
  jsonSchema.anyOf = [range, ...jsonSchema.anyOf.slice(1)]
}

function documented(key: ConfigKey, { placeholder, negation: _, ...property }: JsonSchema): JsonSchema {
  const { description, examples } = optionMeta(key)
  const isPath = placeholder === '<file>' || placeholder === '<folder>'
  const sentences = [
    description.charAt(0).toUpperCase() + description.slice(1).replace(/; repeatable$/, ''),
    ...(isPath ? ["A relative path is meant from this file's folder"] : []),
    `Flag ${flagName(key)}, variable ${environmentName(key)}`,
  ]
  return {
    description: sentences.map((sentence) => `${sentence}.`).join(' '),
    ...(DEFAULTS[key] !== undefined && { default: DEFAULTS[key] }),
    ...(examples && { examples: [...examples] }),
    ...Object.fromEntries(Object.entries(property).filter(([name]) => name !== 'description')),
  }
}

/** The overlays that come with the package for an editor to offer, and any path. */
async function overlayItems(): Promise<JsonSchema> {
  return {
    anyOf: [{ enum: [...(await overlayNames())].sort() }, { type: 'string', pattern: OVERLAY_PATH.source }],
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await writeFile(assetPath(SCHEMA_FILE_NAME), await configSchemaText())
}
