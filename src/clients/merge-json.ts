import { findNodeAtLocation, type JSONPath, type Node, parse, parseTree, stripComments } from 'jsonc-parser'

import { jsonFault } from '../config/files/json-fault.ts'
import {
  alikeIn,
  type EntryPlace,
  entryChange,
  isMerged,
  isTable,
  type Merged,
  notWritten,
  placeIn,
  type Table,
} from './merge-entry.ts'

/**
 * Merges the entry into JSON, with comments and trailing commas. Every other line stays unchanged.
 * Does not use jsonc-parser's `modify`, which reformats neighbours and moves their comments.
 *
 * @throws {McpKeycloakError} `SNIPPET_NOT_WRITTEN`
 */
export function mergeJson(text: string | undefined, wanted: EntryPlace, entry: Table): Merged {
  const before = withObject(text ?? '')
  const document = parseTable(before, wanted.file)
  const place = placeIn(document, wanted)
  const change = entryChange(document, place, entry)
  const alike = alikeIn(document, place, entry)
  if (change === 'keep') return { text: before, action: 'unchanged', ...alike }

  const root = parseTree(before) as Node
  const path = [...place.path]
  const after =
    change === 'add' ? withProperty(before, root, path, entry) : withValue(before, root, path, entry)
  if (!isMerged(document, parseTable(after, place.file), path, entry)) {
    throw notWritten(place.file, 'The entry cannot be added without a change to the rest of the file.')
  }
  return { text: after, action: text === undefined ? 'created' : 'updated', ...alike }
}

/** Adds an empty object to a file that is empty or has only comments. */
function withObject(text: string): string {
  if (stripComments(text).trim() !== '') return text
  return text.trim() === '' ? '{}\n' : `${text.trimEnd()}\n{}\n`
}

function parseTable(text: string, file: string): Table {
  const options = { allowTrailingComma: true }
  const fault = jsonFault(text, options)
  if (fault !== undefined) throw notWritten(file, `It is not valid JSON: ${fault}.`)
  const document: unknown = parse(text, [], options)
  if (!isTable(document)) throw notWritten(file, 'It is valid JSON, but not an object.')
  return document
}

/** Adds the entry as the last property of its parent, after any comment. */
function withProperty(text: string, root: Node, path: string[], entry: Table): string {
  const depth = path.findIndex((_, index) => findNodeAtLocation(root, path.slice(0, index + 1)) === undefined)
  const parent = findNodeAtLocation(root, path.slice(0, depth)) ?? root
  const value = path.slice(depth + 1).reduceRight<Table>((inner, key) => ({ [key]: inner }), entry)

  const eol = text.includes('\r\n') ? '\r\n' : '\n'
  const unit = /^([ \t]+)["}/]/m.exec(text)?.[1] ?? '  '
  const lineStart = text.lastIndexOf('\n', parent.offset) + 1
  const indent = /^[ \t]*/.exec(text.slice(lineStart))?.[0] ?? ''
  const json = JSON.stringify({ [path[depth] ?? '']: value }, null, unit)
    .split('\n')
    .slice(1, -1)
  const property = json.map((line) => eol + indent + line).join('')

  const last = parent.children?.at(-1)
  const brace = parent.offset + parent.length - 1
  const end = text.slice(0, brace).trimEnd().length
  const lastEnd = last === undefined ? end : last.offset + last.length
  const comma = last === undefined || stripComments(text.slice(lastEnd, brace)).includes(',') ? '' : ','
  const closing = text.slice(end, brace).includes('\n') ? '' : eol + indent
  return text.slice(0, lastEnd) + comma + text.slice(lastEnd, end) + property + closing + text.slice(end)
}

/** Replaces the strings that differ. */
function withValue(text: string, root: Node, path: JSONPath, wanted: unknown): string {
  if (typeof wanted === 'object' && wanted !== null) {
    // From the end, so that earlier offsets stay valid.
    return Object.entries(wanted)
      .map(([key, value]) => ({ path: [...path, Array.isArray(wanted) ? Number(key) : key], value }))
      .sort((one, other) => offset(root, other.path) - offset(root, one.path))
      .reduce((changed, inner) => withValue(changed, root, inner.path, inner.value), text)
  }
  const node = findNodeAtLocation(root, path)
  if (node === undefined || node.value === wanted) return text
  return text.slice(0, node.offset) + JSON.stringify(wanted) + text.slice(node.offset + node.length)
}

function offset(root: Node, path: JSONPath): number {
  return findNodeAtLocation(root, path)?.offset ?? 0
}
