// Scores `explain` on a corpus of real messages: node scripts/score-explain.ts [corpus|corpus-later|corpus-held-out] [--each]
import { type CorpusEntry, PARTS, readCorpus } from '../test/helpers/explain/explain-corpus.ts'
import { type Score, scoreEntry } from '../test/helpers/explain/explain-score.ts'

const SCORES: readonly Score[] = ['right', 'half', 'wrong', 'unknown']

/** Groups entries by a property and counts their scores. */
function table(entries: readonly CorpusEntry[], by: (entry: CorpusEntry) => string): string {
  const groups = Object.entries(Object.groupBy(entries, by)).sort(([one], [other]) => (one < other ? -1 : 1))
  const rows = groups.map(([name, group = []]) => {
    const counts = SCORES.map((score) => group.filter((entry) => scoreEntry(entry).score === score).length)
    return `${name.padEnd(44)}${counts.map((count) => String(count || '·').padStart(8)).join('')}`
  })
  return [`${''.padEnd(44)}${SCORES.map((score) => score.padStart(8)).join('')}`, ...rows].join('\n')
}

const [name = 'corpus', each] = process.argv.slice(2)
const part = PARTS.find((one) => one === name)
if (part === undefined) throw new Error(`There is no corpus ${name}.`)
const entries = readCorpus(part)
const lines = [
  table(entries, ({ program }) => program.replace(/ \(.*/, '')),
  table(entries, ({ family }) => family),
  table(entries, () => `all ${entries.length}`),
]
if (each) {
  for (const entry of entries) {
    const { score, found } = scoreEntry(entry)
    if (score !== 'right') lines.push(`${score.padEnd(8)}${entry.id}  ${found.join(' ')}`)
  }
}
process.stdout.write(`${lines.join('\n\n')}\n`)
