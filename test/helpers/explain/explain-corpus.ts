import { readFileSync } from 'node:fs'

import { z } from 'zod'

import { CAUSES } from '../../../src/explain/causes.ts'

/** The causes that no message of the corpus has. */
const WITHOUT_MESSAGE: readonly string[] = ['realm-disabled', 'token-exchange', 'unspecified']

/** The families of the corpus. `unrelated` is any other cause. */
const FAMILIES = [...CAUSES.filter((cause) => !WITHOUT_MESSAGE.includes(cause)), 'unrelated']

const entry = z.strictObject({
  /** Family, program and the first digits of a hash of the message. */
  id: z.string().regex(/^[a-z0-9-]+$/),
  /** Program or library that wrote the message. */
  program: z.string().min(2),
  /** Ecosystem of the fix. */
  ecosystem: z.string().regex(/^[a-z0-9-]+$/),
  family: z.enum(FAMILIES),
  /** A second family that is also right. */
  alsoFamily: z.enum(FAMILIES).optional(),
  /** The fault, as the source settles it. */
  cause: z.string().regex(/^\w.{8,}\.$/),
  /** The fix in that ecosystem. */
  fixHint: z.string().min(10),
  /** The words of the program in the shape in which they were pasted, with neutral hosts and names. */
  message: z.string().min(5),
  /** Public address. */
  source: z.url({ protocol: /^https$/ }),
  /** Entries of one thread are in the same file. */
  thread: z.string().min(3),
  /** Values that a good explanation names, such as `expectedAudience`. */
  values: z.record(z.string(), z.string().min(1)),
  /** The proof of the cause: an answer in the thread, the source code of the program, or its docs. */
  settled: z.enum(['thread', 'source', 'docs']),
  /** Whether the message alone does not settle the cause. */
  weak: z.literal(true).optional(),
})

/** A failure message from a public source, with its settled cause. */
export type CorpusEntry = z.infer<typeof entry>

/** `corpus` and `corpus-later` (collected after it) to develop on, `corpus-held-out` only to score. */
export const PARTS = ['corpus', 'corpus-later', 'corpus-held-out'] as const

/** Reads one part of the corpus. */
export function readCorpus(part: (typeof PARTS)[number]): readonly CorpusEntry[] {
  const file = new URL(`../../fixtures/explain/${part}.jsonl`, import.meta.url)
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n')
  return lines.map((line) => entry.parse(JSON.parse(line)))
}
