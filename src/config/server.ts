import { createHash } from 'node:crypto'

/** The inputs of a Keycloak server's build. */
export interface ServerBuild {
  readonly version: string
  /** Features that are not on by default, e.g. `cimd`. */
  readonly features: readonly string[]
}

/** The settings that a Keycloak server starts with, on every runtime. */
export interface ServerSettings extends ServerBuild {
  /** HTTP port on the machine's loopback interface. */
  readonly port: number
  /** Port of the health checks on the machine's loopback interface. */
  readonly managementPort: number
  /** The administrator that Keycloak creates in an empty database. */
  readonly admin: { readonly username: string; readonly password: string }
}

/** The only address that managed servers listen on. */
export const LOOPBACK = '127.0.0.1'

/** The address that people and clients use: it is in the `iss` of every token. */
export function publicUrl(settings: Pick<ServerSettings, 'port'>): string {
  return `http://localhost:${settings.port}`
}

/**
 * Keycloak's build options, the same for every runtime.
 *
 * Clients register by RFC 7591 only. In Keycloak's own format anyone could choose a client id that is in every user's
 * `aud`, or add themselves there. Such a client can introspect the tokens of others, and no realm policy can refuse it.
 *
 * Keycloak's own truststore verifies the signatures of Java's 150 certificates at each start, a tenth of the JVM's
 * work. Without it, Java's own truststore applies, which has the same certificates.
 *
 * The check for SSSD waits nine seconds in each build where the folder of D-Bus exists and its daemon does not run.
 */
const BUILD_VARIABLES = {
  KC_HEALTH_ENABLED: 'true',
  KC_SPI_CLIENT_REGISTRATION__DEFAULT__ENABLED: 'false',
  KC_SPI_CLIENT_REGISTRATION__SAML2_ENTITY_DESCRIPTOR__ENABLED: 'false',
  KC_SPI_TRUSTSTORE__FILE__ENABLED: 'false',
  KC_SPI_STORAGE__SSSD__ENABLED: 'false',
} as const

/** Computes a key of 8 hexadecimal digits. Two servers with the same key have the same build. */
export function buildKey({ version, features }: ServerBuild): string {
  const built = JSON.stringify([version, [...features].sort(), BUILD_VARIABLES])
  return createHash('sha256').update(built).digest('hex').slice(0, 8)
}

/**
 * Keycloak's configuration as `KC_*` variables, the same for every runtime. It has no secret: see `bootstrap-admin.ts`.
 *
 * The host name is fixed, so that the issuer is the same from the host and from containers. The backchannel follows the
 * caller: a container that reaches Keycloak by another name still finds token and key URLs that work. The CORS headers
 * let a browser's discovery pass its preflight. Passwords are hashed with the least work that Argon2 allows. On a
 * server on the internet that would be wrong, but the passwords of test users are public. A stopping server waits for a
 * load balancer by default, which is not here.
 *
 * @see {@link https://www.keycloak.org/server/all-config Keycloak: all configuration}
 * @see {@link https://www.keycloak.org/server/all-provider-config Keycloak: all provider configuration}
 */
export function serverVariables(settings: Pick<ServerSettings, 'port'>): Readonly<Record<string, string>> {
  return {
    KC_HOSTNAME: publicUrl(settings),
    KC_HOSTNAME_BACKCHANNEL_DYNAMIC: 'true',
    KC_SPI_CORS__DEFAULT__ALLOWED_HEADERS: 'mcp-protocol-version,mcp-session-id',
    KC_SPI_PASSWORD_HASHING__ARGON2__ITERATIONS: '1',
    KC_SPI_PASSWORD_HASHING__ARGON2__MEMORY: '64',
    KC_SHUTDOWN_DELAY: '0s',
    ...BUILD_VARIABLES,
  }
}

/** The addresses that a server without a container listens on. */
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

/** The server features that overlays require. */
export function requiredFeatures(overlays: readonly string[]): readonly string[] {
  return FEATURE_OVERLAYS.filter((name) => overlays.includes(name))
}

/** The server features that overlays require and a server lacks. */
export function missingFeatures(overlays: readonly string[], enabled: readonly string[]): readonly string[] {
  return requiredFeatures(overlays).filter((feature) => !enabled.includes(feature))
}

/** The overlays that a server with these features can apply. */
export function supportedOverlays(overlays: readonly string[], enabled: readonly string[]): string[] {
  const missing = missingFeatures(overlays, enabled)
  return overlays.filter((overlay) => !missing.includes(overlay))
}

/** Arguments of `kc.sh`. Development mode: plain http, a file database, no cluster. */
export function startArguments({ features }: Pick<ServerSettings, 'features'>): readonly string[] {
  return ['start-dev', ...(features.length > 0 ? [`--features=${features.join(',')}`] : [])]
}

/**
 * JVM options. They replace those of `kc.sh`, because its own choose another garbage collector and two are a
 * fatal error. A short-lived development server starts fastest with the first compiler alone, one GC thread, and room
 * enough that nothing is collected twice before it answers. The class-data archive is mapped where it was written for:
 * moved elsewhere, 70 MB of it would be the server's own.
 */
export const JVM_OPTIONS = [
  '-Xms160m',
  '-Xmn40m',
  '-Xmx768m',
  '-XX:MetaspaceSize=96M',
  '-XX:MaxMetaspaceSize=384m',
  '-XX:ReservedCodeCacheSize=128m',
  '-XX:+UseSerialGC',
  '-XX:TieredStopAtLevel=1',
  '-XX:+UnlockDiagnosticVMOptions',
  '-XX:ArchiveRelocationMode=0',
  '-XX:+ExitOnOutOfMemoryError',
  '-Dfile.encoding=UTF-8',
  '-Djava.security.egd=file:/dev/urandom',
] as const
