import { folders } from '../../config/folders.ts'
import type { ServerBuild } from '../../config/server.ts'
import { IMAGE_REPOSITORY } from '../../config/versions.ts'
import { giveBuild, keepContainerBuild } from '../../runtime/compose/built-container.ts'
import { giveArchive, keepContainerArchive } from '../../runtime/compose/container-archive.ts'
import { startScript } from '../../runtime/compose/start-script.ts'
import { giveDatabase, keepContainerDatabase } from '../../runtime/compose/template-container.ts'
import type { AdminCredentials } from '../../runtime/state/admin-credentials.ts'
import { testConfig } from '../test-config.ts'

/** The parts in the cache that containers of Keycloak's official image share: build, database and class-data archive. */
export interface SharedParts {
  /** The entry point of the container: our script knows the parts. */
  readonly entrypoint: readonly string[]
  /** Copies the parts into a created container. Without one, its server does the work itself. */
  give(id: string, admin: AdminCredentials): Promise<void>
  /** Keeps the parts of a ready server without realms. */
  keep(id: string): Promise<void>
  /** Keeps what the server has written later. */
  keepArchive(id: string): Promise<void>
}

/** The settings of a container that decide whether it shares parts. */
export interface ContainerSettings {
  readonly image: string
  readonly features: readonly string[]
  readonly environment: Readonly<Record<string, string>>
  /** Mounts and the entry point of the user, which may hide or replace the parts; `undefined` without one. */
  readonly changes: readonly unknown[]
}

/** Variables that change the build, the database or the JVM. */
const CHANGES_SERVER = /^(?:KC_(?!BOOTSTRAP_ADMIN_|LOG)|JAVA|QUARKUS)/

/** Returns the shared parts; `undefined` for an image, mounts or variables that may not go together with them. */
export async function sharedParts({
  image,
  features,
  environment,
  changes,
}: ContainerSettings): Promise<SharedParts | undefined> {
  const version = versionOf(image)
  if (version === undefined || changes.some((change) => change !== undefined)) return undefined
  if (Object.keys(environment).some((name) => CHANGES_SERVER.test(name))) return undefined
  const build: ServerBuild = { version, features }
  const { cache } = folders(await testConfig())
  return {
    entrypoint: ['bash', ...(await startScript())],
    async give(id, admin) {
      await giveBuild(id, build, cache)
      await giveDatabase(id, { ...build, admin }, cache)
      await giveArchive(id, build, cache)
    },
    async keep(id) {
      await Promise.all([keepContainerBuild(id, build, cache), keepContainerDatabase(id, build, cache)])
    },
    async keepArchive(id) {
      await keepContainerArchive(id, build, cache)
    },
  }
}

/** The version of an official image. An image made from it may have another build. */
function versionOf(image: string): string | undefined {
  const [repository, tag = ''] = image.split(/:(?=[^/:]*$)/)
  return repository === IMAGE_REPOSITORY && /^\d+\.\d+\.\d+$/.test(tag) ? tag : undefined
}
