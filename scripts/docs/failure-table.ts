import { type FailureList, failureList } from '../../src/operations/logs/failure-list.ts'
import { table } from './table.ts'

/** All failures that `explain` knows, in a table for each cause. */
export function failureTable(): string {
  const { failures } = failureList()
  const causes = Object.entries(Object.groupBy(failures, ({ cause }) => cause))
  return causes
    .map(
      ([cause, group = []]) =>
        `## ${cause}\n\n${table(['failure', 'symptom', 'cause', 'fix'], group.map(row))}`,
    )
    .join('\n')
}

function row({ id, symptom, what, why, fix, link }: FailureList['failures'][number]): readonly string[] {
  const lines = fix.split('\n').map(code)
  return [`[${id}](${link})`, code(symptom), sentence(`${what} ${why}`), lines.join('<br>')]
}

function code(text: string): string {
  return text.includes('`') ? `\`\` ${text} \`\`` : `\`${text}\``
}

/** A sentence whose placeholders and stars are not markup. */
function sentence(text: string): string {
  return text.replaceAll('<', '&lt;').replace(/[*_]/g, '\\$&')
}
