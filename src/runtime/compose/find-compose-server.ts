import { z } from 'zod'

import { parseJson } from '../../config/files/parse-json.ts'
import { isOlderVersion, PINNED_VERSION } from '../../config/versions.ts'
import { run } from '../exec.ts'
import type { FoundServer } from '../runtime.ts'

const TIMEOUT_MS = 10_000

const NOTHING_KNOWN = { features: [], port: undefined, managementPort: undefined } as const

const bindings = z.record(z.string(), z.array(z.looseObject({ HostPort: z.string() })).nullable())

const containerSchema = z.looseObject({
  State: z.looseObject({ Running: z.boolean(), StartedAt: z.string() }),
  Config: z.looseObject({ Image: z.string(), Cmd: z.array(z.string()).nullable() }),
  HostConfig: z.looseObject({ PortBindings: bindings.nullable() }),
})

/**
 * Finds an instance in Docker without its state: by its container, else by its volumes, whose names have the version.
 *
 * @param container id of the container, if any
 * @param volumes names of the instance's volumes
 */
export async function findComposeServer(
  container: string | undefined,
  volumes: readonly string[],
): Promise<FoundServer | undefined> {
  if (container !== undefined) {
    const { stdout } = await run('docker', ['inspect', container], { timeoutMs: TIMEOUT_MS })
    return containerServer(stdout) ?? { ...NOTHING_KNOWN, running: true, version: PINNED_VERSION }
  }
  const versions = volumes.flatMap((name) => /_quarkus-(\d+\.\d+\.\d+)$/.exec(name)?.[1] ?? [])
  const version = versions.sort((a, b) => (isOlderVersion(a, b) ? 1 : -1))[0]
  return version === undefined ? undefined : { ...NOTHING_KNOWN, running: false, version }
}

/** Parses `docker inspect` of one container; `undefined` for a container that is not ours. */
export function containerServer(inspected: string): FoundServer | undefined {
  const parsed = z.tuple([containerSchema]).safeParse(parseJson(inspected))
  if (!parsed.success) return undefined
  const [{ State, Config, HostConfig }] = parsed.data
  const version = /:(\d+\.\d+\.\d+)$/.exec(Config.Image)?.[1]
  if (version === undefined) return undefined
  const portOf = (inside: string) => Number(HostConfig.PortBindings?.[inside]?.[0]?.HostPort) || undefined
  const features = /--features=(\S+)/.exec((Config.Cmd ?? []).join(' '))?.[1]?.split(',') ?? []
  return {
    running: State.Running,
    version,
    features,
    port: portOf('8080/tcp'),
    managementPort: portOf('9000/tcp'),
    ...(State.Running && { startedAt: State.StartedAt }),
  }
}
