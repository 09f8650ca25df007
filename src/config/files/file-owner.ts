/** Whether something of the user with this id can be changed by someone who is neither this user nor root. */
export function isForeign(owner: number): boolean {
  const me = process.getuid?.()
  return me !== undefined && owner !== me && owner !== 0
}
