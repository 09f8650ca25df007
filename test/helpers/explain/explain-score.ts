import { type Finding, scanText } from '../../../src/explain/scan.ts'
import type { CorpusEntry } from './explain-corpus.ts'

/** `half`: the right cause without a value of the message, or after another cause. */
export type Score = 'right' | 'half' | 'wrong' | 'unknown'

/** Scores the explanation of one message by cause and values. */
export function scoreEntry(entry: CorpusEntry): { readonly score: Score; readonly found: readonly string[] } {
  const scan = scanText()
  for (const line of entry.message.split('\n')) scan.push(line)
  const findings = scan.findings()
  return { score: scoreOf(entry, findings), found: findings.map(({ id, cause }) => `${cause}/${id}`) }
}

function scoreOf(entry: CorpusEntry, all: readonly Finding[]): Score {
  const causes = [entry.family, entry.alsoFamily]
  // An explanation that names no cause is no wrong one: the message stays unknown.
  const findings = all.filter(({ cause }) => cause !== 'unspecified' || causes.includes(cause))
  const [first] = findings
  if (first === undefined) return entry.family === 'unrelated' ? 'right' : 'unknown'
  const right = findings.filter(({ cause }) => causes.includes(cause as CorpusEntry['family']))
  if (right.length === 0) return 'wrong'
  if (!right.includes(first)) return 'half'
  return Object.values(entry.values).every((value) => names(right, value)) ? 'right' : 'half'
}

/** Whether the explanations name each word of a value. */
function names(findings: readonly Finding[], value: string): boolean {
  const shown = JSON.stringify(findings.map(({ what, why, fix, values }) => [what, why, fix, values]))
  return value.split(/[\s,]+/).every((word) => shown.includes(word))
}
