import { printableJson } from '../printable.ts'

/** A value as a Python string: a JSON string is one too. */
export function python(value: string): string {
  return printableJson(value)
}
