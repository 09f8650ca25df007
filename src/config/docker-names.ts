/**
 * Labels of everything that mcp-keycloak creates in Docker. Users who can read them are root on the engine's machine
 * anyway.
 */
export const LABELS = {
  owner: 'mcp-keycloak.owner',
  instance: 'mcp-keycloak.instance',
  /** Label of containers only: a volume's labels never change, and its data folder may be moved. */
  dataFolder: 'mcp-keycloak.data-folder',
} as const

/** Compose's own label of everything that it creates. */
export const PROJECT_LABEL = 'com.docker.compose.project'

/** Compose's own label of a container that is not the server. The next start removes one that was left. */
export const ONE_OFF_LABEL = 'com.docker.compose.oneoff=True'

/** The prefix of all our names in Docker. */
export const NAME_PREFIX = 'mcp-keycloak-'

/** Name of the instance's Compose project. It ends with six digits of the owner, so two data folders do not collide. */
export function projectName(instance: string, owner: string): string {
  return `${NAME_PREFIX}${instance}-${shortOwner(owner)}`
}

/** The first digits of an owner's id, enough to distinguish two owners. */
export function shortOwner(owner: string): string {
  return owner.slice(0, 6)
}

/** The Compose project that earlier versions gave an instance, whoever owned it. */
export function previousProjectName(instance: string): string {
  return `${NAME_PREFIX}${instance}`
}

/** Names the owner of a container or a volume in a message. */
export function ownerInWords({
  owner,
  dataFolder,
}: {
  readonly owner: string | null
  readonly dataFolder: string | null
}): string {
  if (owner === null) return 'without an owner'
  return `owner ${shortOwner(owner)}${dataFolder === null ? '' : `, data folder ${dataFolder}`}`
}
