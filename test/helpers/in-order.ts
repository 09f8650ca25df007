import { TestRunner } from 'vitest'

/** Keeps the tests of a file in their order with `--sequence.shuffle` too; `reason` says what they build on. */
export function inOrder(_reason: string): void {
  const file = TestRunner.getCurrentSuite()
  file.options = { ...file.options, shuffle: false } // inherited by its groups
  if (file.file) file.file.shuffle = false
}
