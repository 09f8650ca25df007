/**
 * Processes that run a server in an instance's folder though nobody remembers them: whoever started them was killed before it
 * could write their pid down, or the state was lost.
 *
 * @param folder the instance's own
 */
export async function strayServers(folder: string): Promise<readonly number[]> {
  const path = folder.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  // The start script, and the JVM that it starts; not an editor that has a file of that folder open.
  const server = new RegExp(
    `${path}.keycloak-[^/\\\\]+.bin.kc\\.(sh|bat)|-Dkc\\.home\\.dir='?${path}.keycloak-`,
  )
  const { default: findProcess } = await import('find-process') // only a start needs it
  const found: readonly { pid: number }[] = await findProcess('name', server).catch(() => [])
  return found.map(({ pid }) => pid).filter((pid) => pid !== process.pid)
}
