import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { expect, it } from 'vitest'

const SRC = fileURLToPath(new URL('../../src', import.meta.url))

/** The source files in which a pattern occurs. */
async function filesWith(pattern: RegExp): Promise<readonly string[]> {
  const names = (await readdir(SRC, { recursive: true })).filter((name) => name.endsWith('.ts'))
  const texts = await Promise.all(names.map((name) => readFile(join(SRC, name), 'utf8')))
  return names.filter((_, at) => pattern.test(texts[at] ?? '')).sort()
}

it('every command resolves its options in one place, which asks for trust', async () => {
  expect(await filesWith(/(?<!function )\bresolveConfig\(/)).toEqual([
    'agent/serve-agent.ts', // nobody can be asked: an untrusted file is refused
    'cli/commands/init.ts', // reads no config file
    'cli/completion/suggestions.ts', // a shell asks, where nobody can answer
    'cli/resolve-options.ts',
    'operations/trust.ts',
    'testing/reaper.ts', // reads no config file
    'testing/test-config.ts',
  ])
})

it('files of users and repositories are read by one reader, which never waits', async () => {
  expect(
    await filesWith(
      /import \{[^}]*\b(readFile|readFileSync|open|openSync|promises)\b[^}]*\} from 'node:fs(\/promises)?'/,
    ),
  ).toEqual([
    'assets.ts', // files of the package
    'config/files/read-file.ts',
    'operations/realm/write-realm-file.ts', // opens to write, and refuses a pipe
    'runtime/exec.ts', // opens the log to append
    'runtime/java/find-java-server.ts', // the kernel's own files in /proc
    'runtime/java/process-start.ts',
    'runtime/java/server-processes.ts',
  ])
  expect(await filesWith(/\breadFileSync\(|\bcreateReadStream\(/)).toEqual([
    'assets.ts',
    'config/files/read-file.ts',
    'runtime/java/distribution.ts', // after it was found to be a regular file
  ])
})
