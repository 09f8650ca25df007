import { readFile } from 'node:fs/promises'

const README = new URL('../../README.md', import.meta.url)

/** The README's code blocks that say in a first comment which file they are: name → content. */
export async function readmeSamples(): Promise<Readonly<Record<string, string>>> {
  const readme = await readFile(README, 'utf8')
  const blocks = readme.matchAll(/^```(?:ts|js)\n\/\/ (\S+)\n([\s\S]*?)^```$/gm)
  return Object.fromEntries([...blocks].map(([, name = '', content = '']) => [name, content]))
}
