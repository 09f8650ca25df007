// Lists the sentences that use refused words: node scripts/prose.ts [folder…]. A unit test runs it over all prose.
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('..', import.meta.url))

/** The glossary: words that are refused, and the words to write instead. */
export const REFUSED: readonly (readonly [pattern: RegExp, instead: string])[] = [
  [/\bsomebody\b/i, 'external Keycloak, another user, someone'],
  [/\banew\b|\bin a second making\b/i, 'again; recreated'],
  [/\bof ours\b|\bof our (?:own )?making\b/i, 'managed'],
  [/\bof (?:before|last time)\b/i, 'previous'],
  [/\bas (?:it|they) (?:is|was|are|were)\b(?!\s+(?:not|\w+ed|\w+ing)\b)/i, 'unchanged, as-is'],
  [/\bby (?:itself|themselves)\b/i, 'automatically; self-registered'],
  [/\btold\b|\bsaid of (?:it|them)\b/i, 'reported, shown'],
  [/\b(?:is|are|was|were|be|been) made\b/i, 'is created, is generated'],
  [/(?<!\bthere )\b(?:is|are) no (?!longer\b)(?:\w+ )?\w/i, 'is not a'],
  [/\bbut (?:for|of)\b|\ball but\b/i, 'except'],
  [/\bbesides\b|, too[.,;]/i, 'also, in addition'],
  [/\bgood for (?:\d|an? |one |the )/i, 'valid for'],
  [/\bmend(?:s|ed|ing)?\b|\bcures?\b|\bputs? (?:\w+ )?right\b/i, 'fix, repair'],
  [/\bto be had\b|\bwants\b/i, 'requires'],
  [/\bat the first try\b/i, 'out of the box'],
  [/\btak(?:es?|en|ing) off\b/i, 'removed'],
  [/\bwhat of it\b|\bwhat (?:it|they) holds?\b/i, 'contents, value'],
  [/^\s*(?:\/\*\*|\*)\s+(?:What|Whom|That|As)\b/, 'a noun phrase or a verb first'],
]

/** A refused word in a file. */
export interface Fault {
  readonly path: string
  readonly line: number
  readonly words: string
  readonly instead: string
}

/** Finds refused words in a source or a page. Code of pages, generated parts and imports are left out. */
export function refusedWords(path: string, text: string): readonly Fault[] {
  const blank = (part: string) => part.replace(/[^\n]/g, ' ')
  const prose = path.endsWith('.md')
    ? text
        .replace(/^```[\s\S]*?^```$/gm, blank)
        .replace(/<!-- [^>]*npm run \w+ writes this -->[\s\S]*?<!-- \/\w+ -->/g, blank)
        .replace(/`[^`\n]*`|"[^"\n]*"/g, blank)
    : text.replace(/^import .*$/gm, blank)
  return prose.split('\n').flatMap((line, index) =>
    REFUSED.flatMap(([pattern, instead]) => {
      const [words] = pattern.exec(line) ?? []
      return words === undefined ? [] : [{ path, line: index + 1, words: words.trim(), instead }]
    }),
  )
}

/** All Markdown pages and sources below some folders or files of the repository. */
export async function proseFiles(places: readonly string[]): Promise<readonly string[]> {
  const found = await Promise.all(
    places.map(async (place) => {
      if (/\.\w+$/.test(place)) return [place]
      const names = await readdir(join(ROOT, place), { recursive: true })
      return names.filter((name) => /\.(?:md|ts)$/.test(name)).map((name) => join(place, name))
    }),
  )
  return found.flat().sort()
}

/** The faults of some folders or files. */
export async function proseFaults(places: readonly string[]): Promise<readonly Fault[]> {
  const paths = await proseFiles(places)
  const faults = await Promise.all(
    paths.map(async (path) => refusedWords(path, await readFile(join(ROOT, path), 'utf8'))),
  )
  return faults.flat()
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const faults = await proseFaults(process.argv.length > 2 ? process.argv.slice(2) : ['src'])
  const lines = faults.map(({ path, line, words, instead }) => `${path}:${line}: "${words}" → ${instead}`)
  process.stdout.write(`${[...lines, `${faults.length} in all`].join('\n')}\n`)
}
