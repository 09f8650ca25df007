import { neededText, squeezed } from '../reading/needed-text.ts'
import type { Ecosystem } from './ecosystem.ts'
import { GATEWAYS } from './gateways.ts'
import { LIBRARIES } from './libraries.ts'
import { PROGRAMS } from './programs.ts'

/** All known ecosystems. The first one whose sign is in a message is its ecosystem. */
export const ECOSYSTEMS: readonly Ecosystem[] = [
  ...PROGRAMS.filter(isPrecise),
  ...GATEWAYS,
  ...LIBRARIES,
  ...PROGRAMS.filter((one) => !isPrecise(one)),
]

function isPrecise({ side }: Ecosystem): boolean {
  return side === 'client'
}

const SIGNS = ECOSYSTEMS.flatMap((ecosystem) =>
  ecosystem.signs.map((sign) => ({ ecosystem, sign, needed: neededText(sign) })),
)

/** Finds the ecosystem whose programs write such a message. */
export function ecosystemOf(message: string): Ecosystem | undefined {
  const text = squeezed(message)
  return SIGNS.find(
    ({ sign, needed }) =>
      (needed.length === 0 || needed.some((word) => text.includes(word))) && sign.test(message),
  )?.ecosystem
}
