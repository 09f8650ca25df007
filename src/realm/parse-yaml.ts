import { LineCounter, parseAllDocuments } from 'yaml'

import { DEEPEST, isTooDeep } from '../config/files/parse-json.ts'

/** The values of a YAML file's documents, or the reason why they cannot be read. */
export type YamlDocuments = { readonly values: readonly unknown[] } | { readonly fault: string }

/**
 * Parses the documents of a YAML text into plain JSON values. A fault names a place and quotes nothing of the text.
 *
 * @param mostAliases the number of aliases that are followed
 */
export function parseYaml(text: string, mostAliases: number): YamlDocuments {
  const lineCounter = new LineCounter()
  try {
    const documents = parseAllDocuments(text, { lineCounter, merge: true, logLevel: 'silent' })
    const values: unknown[] = []
    for (const document of Array.isArray(documents) ? documents : []) {
      const [error] = document.errors
      if (error) return { fault: `${words(error.code)} at line ${lineCounter.linePos(error.pos[0]).line}` }
      const json = JSON.stringify(document.toJS({ maxAliasCount: mostAliases })) ?? 'null'
      if (isTooDeep(json)) return { fault: TOO_DEEP }
      const value: unknown = JSON.parse(json)
      if (value !== null) values.push(value)
    }
    return { values }
  } catch (error) {
    if (error instanceof ReferenceError)
      return { fault: 'it follows too many aliases, or an alias without an anchor' }
    if (error instanceof RangeError) return { fault: TOO_DEEP }
    return { fault: 'an alias refers to its own contents' }
  }
}

const TOO_DEEP = `it is nested more than ${DEEPEST} levels deep`

function words(code: string): string {
  return code.toLowerCase().replaceAll('_', ' ')
}
