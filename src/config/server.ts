/** What a Keycloak server is started with, whatever runs it. */
export interface ServerSettings {
  readonly version: string
  /** HTTP port on the machine's loopback interface. */
  readonly port: number
  /** Port of the health checks on the machine's loopback interface. */
  readonly managementPort: number
  /** Features that are not on by default, e.g. `cimd`. */
  readonly features: readonly string[]
  /** The administrator that an empty database is made with. */
  readonly admin: { readonly username: string; readonly password: string }
}

/** The only address that anything of ours listens on. */
export const LOOPBACK = '127.0.0.1'

/** The address that people and clients use: it is in the `iss` of every token. */
export function publicUrl(settings: Pick<ServerSettings, 'port'>): string {
  return `http://localhost:${settings.port}`
}

/**
 * Keycloak's configuration as `KC_*` variables, the same for every runtime.
 *
 * The host name is fixed, so that the issuer is the same from the host and from containers; the backchannel
 * follows the caller, so that a container that reaches Keycloak by another name still finds token and key URLs
 * that work. The CORS headers let a browser's discovery pass its preflight.
 *
 * Clients register in the way of RFC 7591 only. In Keycloak's own format anybody could choose a client id that is in
 * everybody's `aud`, or put himself there, and so introspect tokens of others; no policy of a realm can refuse that.
 *
 * @see {@link https://www.keycloak.org/server/all-config Keycloak: all configuration}
 */
export function serverVariables(
  settings: Pick<ServerSettings, 'port' | 'admin'>,
): Readonly<Record<string, string>> {
  return {
    KC_BOOTSTRAP_ADMIN_USERNAME: settings.admin.username,
    KC_BOOTSTRAP_ADMIN_PASSWORD: settings.admin.password,
    KC_HOSTNAME: publicUrl(settings),
    KC_HOSTNAME_BACKCHANNEL_DYNAMIC: 'true',
    KC_HEALTH_ENABLED: 'true',
    KC_SPI_CORS__DEFAULT__ALLOWED_HEADERS: 'mcp-protocol-version,mcp-session-id',
    KC_SPI_CLIENT_REGISTRATION__DEFAULT__ENABLED: 'false',
    KC_SPI_CLIENT_REGISTRATION__SAML2_ENTITY_DESCRIPTOR__ENABLED: 'false',
  }
}

/** Where the server listens, for a runtime without a container around it. */
export function listenVariables(settings: ServerSettings): Readonly<Record<string, string>> {
  return {
    KC_HTTP_HOST: LOOPBACK,
    KC_HTTP_PORT: String(settings.port),
    KC_HTTP_MANAGEMENT_HOST: LOOPBACK,
    KC_HTTP_MANAGEMENT_PORT: String(settings.managementPort),
  }
}

/** Overlays that need a server feature; the feature has the overlay's name. */
const FEATURE_OVERLAYS = ['cimd', 'resource-indicators']

/** The server features that overlays need. */
export function requiredFeatures(overlays: readonly string[]): readonly string[] {
  return FEATURE_OVERLAYS.filter((name) => overlays.includes(name))
}

/** Arguments of `kc.sh`. Development mode: plain http, a file database, no cluster. */
export function startArguments({ features }: Pick<ServerSettings, 'features'>): readonly string[] {
  return ['start-dev', ...(features.length > 0 ? [`--features=${features.join(',')}`] : [])]
}

/**
 * JVM options. They replace those of `kc.sh`, because its own choose another garbage collector and two are a
 * fatal error. A short-lived development server starts fastest with the first compiler alone and one GC thread.
 */
export const JVM_OPTIONS = [
  '-Xms64m',
  '-Xmx768m',
  '-XX:MetaspaceSize=96M',
  '-XX:MaxMetaspaceSize=384m',
  '-XX:+UseSerialGC',
  '-XX:TieredStopAtLevel=1',
  '-XX:+ExitOnOutOfMemoryError',
  '-Dfile.encoding=UTF-8',
  '-Djava.security.egd=file:/dev/urandom',
] as const
