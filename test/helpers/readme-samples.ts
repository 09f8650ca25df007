import { readFile } from 'node:fs/promises'

const README = new URL('../../README.md', import.meta.url)

const BLOCKS = {
  code: /^```(?:ts|js)\n\/\/ (\S+)\n([\s\S]*?)^```$/gm,
  yaml: /^```yaml\n# (\S+)\n([\s\S]*?)^```$/gm,
}

/** The README's blocks that say in a first comment which file they are: name → content. */
export async function readmeSamples(
  kind: keyof typeof BLOCKS = 'code',
): Promise<Readonly<Record<string, string>>> {
  const readme = await readFile(README, 'utf8')
  const blocks = readme.matchAll(BLOCKS[kind])
  return Object.fromEntries([...blocks].map(([, name = '', content = '']) => [name, content]))
}
