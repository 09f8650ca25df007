import { FIX_JSON, notJson } from '../config/files/json-fault.ts'
import { parseJson } from '../config/files/parse-json.ts'
import { isObject, type Json } from './overlay.ts'

/** Bytes of the largest YAML file. Its parser needs seconds for more; JSON has no such limit. */
const LARGEST_YAML = 8 * 1024 * 1024

/** Aliases of a YAML file that are followed: enough for files of people, too few to fill the memory. */
const MOST_ALIASES = 1000

/** Bytes that a YAML file may have with all its aliases. */
const LARGEST_RESULT = 64 * 1024 * 1024

/** A file that cannot be read as realms: the reason and the fix. */
export interface FormatFault {
  readonly why: string
  readonly fix: string
}

/** The JSON objects that a file holds: one for a realm or an overlay, several for a list or a file of several documents. */
export type FileObjects = readonly Json[]

/**
 * Reads the objects of a realm file: JSON, YAML with one or several documents, an array of realms as old exports have it,
 * and realms inside resources of Kubernetes. Quotes nothing of the file in a fault, which may be any file.
 */
export async function readFormat(text: string, isYaml: boolean): Promise<FileObjects | FormatFault> {
  const plain = text.replace(/^\uFEFF/, '')
  const json = readJson(plain)
  if (json !== undefined) return objectsOf([json])
  const template = templateLine(plain)
  if (template !== undefined) return helmTemplate(template)
  if (!isYaml && /^\s*[[{"]/.test(plain)) return { why: notJson(plain), fix: FIX_JSON }
  return readYaml(plain, isYaml)
}

async function readYaml(text: string, isYaml: boolean): Promise<FileObjects | FormatFault> {
  const json = { why: notJson(text), fix: FIX_JSON }
  if (text.length > LARGEST_YAML) {
    return isYaml ? { why: 'It is YAML with more than 8 MiB.', fix: 'Convert it to JSON.' } : json
  }
  const { parseYaml } = await import('./parse-yaml.ts') // most realm files are JSON
  const documents = parseYaml(text, Math.min(MOST_ALIASES, Math.floor(LARGEST_RESULT / text.length)))
  if ('fault' in documents) {
    return isYaml
      ? { why: `It is not YAML: ${documents.fault}.`, fix: 'Fix the YAML syntax, or write out its aliases.' }
      : json
  }
  const objects = objectsOf(documents.values)
  // Any text may be YAML by chance, for example a password file.
  const isRealm = 'why' in objects ? false : objects.every(({ realm }) => typeof realm === 'string')
  return isYaml || isRealm ? objects : json
}

/** A text, or a placeholder without quotes: the value of a number or of a switch. */
const TEXT_OR_PLACEHOLDER = /"(?:[^"\\]|\\.)*"|(\$\{[A-Za-z_][^{}"\n]*\})/g

/** Parses JSON. Placeholders without quotes become texts: Keycloak replaces them before it parses the file. */
function readJson(text: string): unknown {
  const value = parseJson(text)
  if (value !== undefined || !text.includes('${')) return value
  return parseJson(text.replace(TEXT_OR_PLACEHOLDER, (found, bare) => (bare ? `"${bare}"` : found)))
}

/** The first line with a tag of a template outside of quotes; `undefined` when there is none. */
function templateLine(text: string): number | undefined {
  if (!text.includes('{{')) return undefined
  const lines = text.split('\n')
  const at = lines.findIndex((line) => line.replace(/"(?:[^"\\]|\\.)*"|'[^']*'/g, '').includes('{{'))
  return at < 0 ? undefined : at + 1
}

function helmTemplate(line: number): FormatFault {
  return {
    why: `It is a Helm template: line ${line} has "{{".`,
    fix: 'Render it first, for example with `helm template`, and use the result.',
  }
}

function objectsOf(values: readonly unknown[]): FileObjects | FormatFault {
  const objects = values.flatMap(realmsIn)
  if (objects.length > 0 && objects.every(isObject)) return objects
  return { why: 'It is not a JSON object.', fix: "Correct it; the format is Keycloak's realm export." }
}

/** The realms in a document of any kind; the document itself when it is none that is known. */
function realmsIn(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value.flatMap(realmsIn)
  if (!isObject(value) || value.realm !== undefined || typeof value.kind !== 'string') return [value]
  const { kind, spec, items, data, stringData } = value
  if (kind === 'KeycloakRealmImport' && isObject(spec)) return [spec.realm]
  if (kind === 'List' && Array.isArray(items)) return items.flatMap(realmsIn)
  const encoded = kind === 'Secret' ? Object.values(isObject(data) ? data : {}).map(fromBase64) : []
  const texts = Object.values(
    isObject(stringData) ? stringData : isObject(data) && kind === 'ConfigMap' ? data : {},
  )
  return [...texts, ...encoded].flatMap(embedded)
}

function fromBase64(value: unknown): string {
  return Buffer.from(String(value), 'base64').toString('utf8')
}

/** The realms of a JSON text inside a resource. Skips other texts. */
function embedded(text: unknown): readonly unknown[] {
  const value = typeof text === 'string' ? readJson(text) : undefined
  return realmsIn(value).filter((one) => isObject(one) && one.realm !== undefined)
}
