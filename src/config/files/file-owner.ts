/** Whether the owner of a file is neither this user nor root. */
export function isForeign(owner: number): boolean {
  const me = process.getuid?.()
  return me !== undefined && owner !== me && owner !== 0
}
