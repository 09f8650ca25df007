import { parse, stringify, TomlError } from 'smol-toml'

import {
  alikeIn,
  type EntryPlace,
  entryChange,
  isMerged,
  type Merged,
  notWritten,
  type Table,
} from './merge-entry.ts'

/**
 * Appends the entry's table to TOML, or replaces the values in its table. Every other line stays unchanged.
 *
 * @throws {McpKeycloakError} `SNIPPET_NOT_WRITTEN`
 */
export function mergeToml(text: string | undefined, place: EntryPlace, entry: Table): Merged {
  const before = text ?? ''
  const document = parseTable(before, place.file)
  const change = entryChange(document, place, entry)
  const alike = alikeIn(document, place, entry)
  if (change === 'keep') return { text: before, action: 'unchanged', ...alike }

  const after =
    change === 'add' ? withTable(before, place.path, entry) : withValues(before, place.path, entry)
  if (!isMerged(document, parseOrEmpty(after), place.path, entry)) {
    throw notWritten(
      place.file,
      `Its "${place.path[0]}" is not written as tables of its own, [${place.path.join('.')}].`,
    )
  }
  return { text: after, action: text === undefined ? 'created' : 'updated', ...alike }
}

function parseTable(text: string, file: string): Table {
  try {
    return parse(text, { integersAsBigInt: true })
  } catch (cause) {
    if (!(cause instanceof TomlError)) throw cause
    const reason = cause.message.split('\n')[0]?.replace('Invalid TOML document: ', '')
    throw notWritten(
      file,
      `It is not valid TOML: ${reason} at line ${cause.line}, column ${cause.column}.`,
      cause,
    )
  }
}

/** Parses a result. An invalid result counts as empty, because the original file was valid. */
function parseOrEmpty(text: string): Table {
  try {
    return parse(text, { integersAsBigInt: true })
  } catch {
    return {}
  }
}

function withTable(text: string, path: readonly string[], entry: Table): string {
  const eol = text.includes('\r\n') ? '\r\n' : '\n'
  const table = stringify(path.reduceRight<Table>((inner, key) => ({ [key]: inner }), entry)).trimEnd()
  const gap = text.trim() === '' ? '' : text.endsWith('\n') ? eol : eol + eol
  return `${text}${gap}${table.replaceAll('\n', eol)}${eol}`
}

function withValues(text: string, path: readonly string[], entry: Table): string {
  const keys = path.map((key) => `["']?${key}["']?`).join('\\s*\\.\\s*')
  const header = new RegExp(`^[ \\t]*\\[\\s*${keys}\\s*\\].*$`, 'm').exec(text)
  if (header === null) return text
  const start = header.index + header[0].length
  const length = text.slice(start).search(/^[ \t]*\[/m)
  const end = length < 0 ? text.length : start + length
  const body = text
    .slice(start, end)
    .replace(
      /^([ \t]*([\w-]+)[ \t]*=[ \t]*)(?:"[^"\n]*"|'[^'\n]*')/gm,
      (line: string, before: string, key: string) =>
        Object.hasOwn(entry, key) ? `${before}${JSON.stringify(entry[key])}` : line,
    )
  return text.slice(0, start) + body + text.slice(end)
}
