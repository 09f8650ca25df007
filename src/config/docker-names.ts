/** Labels of all that we create in Docker. Whoever may read them is root on the engine's machine anyway. */
export const LABELS = {
  owner: 'mcp-keycloak.owner',
  instance: 'mcp-keycloak.instance',
  /** Of containers alone: a volume outlives the move of a data folder, and its labels never change. */
  dataFolder: 'mcp-keycloak.data-folder',
} as const

/** Compose's own label of all that it creates. */
export const PROJECT_LABEL = 'com.docker.compose.project'

/** The start of all names that we give in Docker. */
export const NAME_PREFIX = 'mcp-keycloak-'

/** The instance's name for a person, six digits of the owner so that two data folders do not collide. */
export function projectName(instance: string, owner: string): string {
  return `${NAME_PREFIX}${instance}-${shortOwner(owner)}`
}

/** As much of an owner's id as a person needs to tell two of them apart. */
export function shortOwner(owner: string): string {
  return owner.slice(0, 6)
}

/** The Compose project that earlier versions gave an instance, whoever owned it. */
export function previousProjectName(instance: string): string {
  return `${NAME_PREFIX}${instance}`
}

/** Whose a container or a volume is, for a person. */
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
