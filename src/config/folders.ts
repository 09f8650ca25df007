import { dirname, join, resolve } from 'node:path'

import envPaths from 'env-paths'

import type { Config } from './schema.ts'

/** The folders of mcp-keycloak on this machine, never in the user's project. */
export interface Folders {
  /** State and data of instances: what `down --purge` removes. */
  readonly data: string
  /** Downloads: may be removed at any time. */
  readonly cache: string
}

/** The platform's folders (XDG on Linux), unless the options say otherwise. */
export function folders(config: Pick<Config, 'dataFolder' | 'cacheFolder'>): Folders {
  const platform = platformFolders()
  // A server has its own working directory: a relative path would mean another place there.
  return {
    data: resolve(config.dataFolder ?? platform.data),
    cache: resolve(config.cacheFolder ?? platform.cache),
  }
}

/** The platform's folders, where no option and no config file says otherwise: a repository cannot choose them. */
export function platformFolders(): Folders {
  const { data, cache } = envPaths('mcp-keycloak', { suffix: '' })
  return { data: resolve(data), cache: resolve(cache) }
}

/** The folder of one instance. */
export function instanceFolder(data: string, instance: string): string {
  return join(data, 'instances', instance)
}

/** The data folder that contains an instance's folder. */
export function dataFolderOf(instanceFolder: string): string {
  return dirname(dirname(instanceFolder))
}

/** The folder of what lives no longer than one command does. */
export function ephemeralFolder(data: string): string {
  return join(data, 'ephemeral')
}
