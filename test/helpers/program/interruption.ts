import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { stripVTControlCharacters } from 'node:util'

import { expect } from 'vitest'

import { CTRL_C, type Terminal, type TerminalResult } from './terminal.ts'

/** Repeats a run: `INTERRUPT_SEED=7 npx vitest run ...`. */
export const SEED = Number(process.env.INTERRUPT_SEED ?? 12)

/** Pauses between presses of Ctrl-C. A press after npm's repetition counts as a new signal. */
export const PRESSES = [
  ['one Ctrl-C', [0]],
  ['two in quick succession', [0, 600]],
] as const

/** Presses Ctrl-C once for each pause in milliseconds. */
export async function press(terminal: Terminal, pauses: readonly number[]): Promise<void> {
  for (const pause of pauses) {
    await sleep(pause)
    terminal.type(CTRL_C)
  }
}

/** The final text on the terminal: a cleared line shows only the text after the clearing. */
export function shownLines(seen: string): readonly string[] {
  return seen
    .split('\r\n')
    .map((line) => stripVTControlCharacters(line.slice(Math.max(0, line.lastIndexOf('\x1b[0K'))).trimEnd()))
}

/** The outcome that an interrupted command reports on a separate line. Also checks that the cursor is visible. */
export function interruptedOutcome({ exitCode, seen }: TerminalResult, expected = 130): string {
  expect(exitCode, seen).toBe(expected)
  expect(seen.lastIndexOf('\x1b[?25h')).toBeGreaterThanOrEqual(seen.lastIndexOf('\x1b[?25l'))
  const [line, ...more] = shownLines(seen).filter((one) => one.startsWith('Interrupted: '))
  expect([line, more], seen).toEqual([expect.any(String), []])
  return (line ?? '').slice('Interrupted: '.length)
}

/** The held or abandoned locks of a data folder. */
export async function locks(dataFolder: string): Promise<readonly string[]> {
  const names = await readdir(join(dataFolder, 'instances')).catch(() => [])
  const all = [...names, ...(await readdir(dataFolder).catch(() => []))]
  return all.filter((name) => name.endsWith('.lock'))
}
