/** All combinations of some things, also none and all of them: twice as many for each thing more. */
export function combinations<T>(things: readonly T[]): readonly (readonly T[])[] {
  return things.reduce<readonly (readonly T[])[]>(
    (before, thing) => [...before, ...before.map((combination) => [...combination, thing])],
    [[]],
  )
}
