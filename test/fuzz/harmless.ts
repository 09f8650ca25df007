import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { McpKeycloakError } from '../../src/errors.ts'
import { escapesIn } from '../helpers/hostile/hostile-text.ts'

/** One case may take so long on a busy machine. Work that grows faster than its input takes more. */
const LONGEST_MS = 5000

/** How a case failed. The name counts in the figures. */
export class FuzzFault extends Error {
  readonly kind: 'uncaught' | 'hang' | 'escape' | 'lost'

  constructor(kind: FuzzFault['kind'], message: string, cause?: unknown) {
    super(`${kind}: ${message}`, { cause })
    this.kind = kind
  }
}

/**
 * Calls a function with hostile input. The function may return, or throw a `McpKeycloakError` with what, why and fix.
 *
 * @param expected names of other errors that the function promises
 * @returns `undefined` when it threw
 */
export async function harmless<Result>(
  call: () => Result | Promise<Result>,
  expected: readonly string[] = [],
): Promise<Result | undefined> {
  const startedAt = performance.now()
  const result = await settled(call, expected)
  const ms = performance.now() - startedAt
  if (ms > LONGEST_MS) throw new FuzzFault('hang', `${Math.round(ms)} ms`)
  return result
}

async function settled<Result>(
  call: () => Result | Promise<Result>,
  expected: readonly string[],
): Promise<Result | undefined> {
  try {
    return await call()
  } catch (error) {
    if (error instanceof McpKeycloakError) assertComplete(error)
    else if (!expected.includes((error as Error)?.name))
      throw new FuzzFault('uncaught', String((error as Error)?.stack ?? error), error)
    return undefined
  }
}

function assertComplete({ message, why, fix }: McpKeycloakError): void {
  for (const [name, part] of Object.entries({ message, why, fix })) {
    if (part.trim() === '') throw new FuzzFault('uncaught', `an error without ${name}: ${message}`)
    assertShown(part)
  }
}

/** Refuses a shown text that steers the terminal. */
export function assertShown(shown: string): void {
  const escapes = escapesIn(shown)
  if (escapes.length > 0)
    throw new FuzzFault('escape', `${escapes.join(' ')} in ${JSON.stringify(shown.slice(0, 300))}`)
}

/** Refuses a change that was not asked for. */
export function assertKept(isKept: boolean, what: string): void {
  if (!isKept) throw new FuzzFault('lost', what)
}

/** A folder with files, for one case. */
export async function withFiles<Result>(
  files: Readonly<Record<string, string | Uint8Array>>,
  use: (folder: string) => Promise<Result>,
): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'mcp-keycloak-fuzz-'))
  try {
    for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content)
    return await use(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
