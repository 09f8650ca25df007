/**
 * Writes test/fixtures/explain/provoked.jsonl: what the real libraries of Go, Java and Rust say of wrong tokens, issuers
 * and addresses. A unit test explains these messages.
 *
 * Why not in a test: the compilers take minutes, and the words change with a library's version only.
 * Usage: node scripts/provoke-messages.ts      (needs Go, Maven with a JDK, and Cargo)
 */
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { execa } from 'execa'

const PROGRAMS: Readonly<Record<string, readonly (readonly [string, ...string[]])[]>> = {
  go: [['go', 'run', '.']],
  java: [
    ['mvn', '--quiet', '--batch-mode', 'dependency:copy-dependencies', '-DoutputDirectory=jars'],
    ['java', '-cp', 'jars/*', 'Provoke.java'],
  ],
  rust: [['cargo', 'run', '--quiet']],
}

const folder = mkdtempSync(join(tmpdir(), 'provoke-'))
cpSync(new URL('../test/fixtures/provoke', import.meta.url), folder, { recursive: true })
const lines: string[] = []
for (const [language, commands] of Object.entries(PROGRAMS)) {
  let output = ''
  for (const [program, ...args] of commands)
    output = (await execa(program, args, { cwd: join(folder, language), stderr: 'inherit' })).stdout
  lines.push(...output.split('\n').map((line) => neutral(language, line)))
}
rmSync(folder, { recursive: true })
writeFileSync(new URL('../test/fixtures/explain/provoked.jsonl', import.meta.url), `${lines.join('\n')}\n`)

/** Removes what differs in each run: ports, times, tokens, the name server of this machine. */
function neutral(language: string, line: string): string {
  const { library, cause, text } = JSON.parse(line) as Record<string, string>
  const same = (text ?? '')
    .replace(/127\.0\.0\.1:\d{4,5}/g, '127.0.0.1:8080')
    .replace(/ on [\d.]+:53/g, ' on 127.0.0.11:53')
    .replace(/\b1[78]\d{8}(\d{3})?\b/g, '1800000000')
    .replace(/\beyJ[\w-]+\.[\w-]+\.[\w-]+/g, 'eyJ.eyJ.sig')
    .replace(/\b20\d\d-\d\d-\d\dT[\d:.]+Z/g, '2026-11-29T12:00:00Z')
  return JSON.stringify({ language, library, cause, text: same })
}
