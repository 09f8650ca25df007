import { type Config, DEFAULT_INSTANCE, DEFAULT_PORT } from './schema.ts'

/** The ports that an instance must have; `undefined` for any free port. */
export interface WantedPorts {
  readonly port: number | undefined
  readonly managementPort: number | undefined
}

/** Chooses the ports of an instance: the given ones, else the previous port, else 8080 for the default instance. */
export function wantedPorts(
  config: Pick<Config, 'instance' | 'port' | 'managementPort'>,
  previous: { readonly port: number } | undefined,
): WantedPorts {
  const first = config.instance === DEFAULT_INSTANCE ? DEFAULT_PORT : undefined
  return { port: config.port ?? previous?.port ?? first, managementPort: config.managementPort }
}
