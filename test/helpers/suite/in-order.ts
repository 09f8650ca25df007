import { TestRunner } from 'vitest'

/** Keeps the order of a file's tests, also with `--sequence.shuffle`; `reason` names the shared state. */
export function inOrder(_reason: string): void {
  const file = TestRunner.getCurrentSuite()
  file.options = { ...file.options, shuffle: false } // inherited by its groups
  if (file.file) file.file.shuffle = false
}
