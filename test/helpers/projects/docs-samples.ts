import { readFile } from 'node:fs/promises'

import { docsPages } from '../../../scripts/docs.ts'

const ROOT = new URL('../../../', import.meta.url)

/** A fenced block of a Markdown page. */
export interface CodeBlock {
  readonly page: string
  readonly language: string
  /** The file that its first comment names. */
  readonly name: string | undefined
  /** The code, without the comment that names a file. */
  readonly code: string
}

/** README.md and the pages of `docs/`: path → text. */
export async function docsTexts(): Promise<ReadonlyMap<string, string>> {
  const paths = ['README.md', ...(await docsPages()).map((name) => `docs/${name}`)]
  return new Map(
    await Promise.all(
      paths.map(async (path) => [path, await readFile(new URL(path, ROOT), 'utf8')] as const),
    ),
  )
}

/** All fenced blocks of README.md and `docs/`. */
export async function docsBlocks(): Promise<readonly CodeBlock[]> {
  return [...(await docsTexts())].flatMap(([page, text]) =>
    [...text.matchAll(/^```(\w+)\n(?:(?:\/\/|#) ([\w./-]+\.\w+)\n)?([\s\S]*?)^```$/gm)].map(
      ([, language = '', name, code = '']) => ({ page, language, name, code }),
    ),
  )
}

/**
 * The blocks that name their file: name → code.
 *
 * @throws {Error} when two pages show different files of one name
 */
export async function docsSamples(languages: readonly string[]): Promise<Readonly<Record<string, string>>> {
  const samples = new Map<string, string>()
  for (const { page, language, name, code } of await docsBlocks()) {
    if (name === undefined || !languages.includes(language)) continue
    if ((samples.get(name) ?? code) !== code)
      throw new Error(`${page} has another ${name} than an earlier page`)
    samples.set(name, code)
  }
  return Object.fromEntries(samples)
}
