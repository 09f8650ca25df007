import { CLIENT_PROFILES } from '../clients/all.ts'
import { missingFeatures } from '../config/server.ts'
import { capabilities } from '../config/versions.ts'
import { judgeHoles, newerThanTested } from '../doctor/checks/server/version.ts'
import type { ServerSelf } from '../keycloak/server-info.ts'
import { OWN_FORMAT } from '../keycloak/server-info.ts'

/** The values that the warnings depend on. */
export interface FeatureSituation {
  /** Overlays that were asked for now. */
  readonly asked: readonly string[]
  /** Overlays of the realm on the server. */
  readonly overlays: readonly string[]
  /** Features that are on in the server. */
  readonly features: readonly string[]
  /** Formats in which clients may register there. */
  readonly registrationFormats: readonly string[]
  /** Keycloak's version. */
  readonly version: string
}

/**
 * Warns about missing server features, about the effects of client metadata documents, and about registration in
 * Keycloak's own format.
 */
export function featureWarnings(situation: FeatureSituation): readonly string[] {
  const { asked, overlays, features, registrationFormats, version } = situation
  const isOff = (feature: string) => !features.includes(feature)
  const gone = missingFeatures(overlays, features)
  const leftOut = missingFeatures(asked, features).filter((feature) => !gone.includes(feature))
  return [
    ...leftOut.map(
      (feature) => `The overlay "${feature}" was left out: that Keycloak runs without --features=${feature}.`,
    ),
    ...gone.map(
      (feature) =>
        `The realm was made with the overlay "${feature}", but that Keycloak runs without --features=${feature} now.`,
    ),
    ...(isOff('cimd') ? [] : documentWarnings(overlays.includes('cimd'), version)),
    ...(registrationFormats.includes(OWN_FORMAT)
      ? [
          "That Keycloak lets clients register in its own format, too: such a client can introspect everybody's tokens. Start it with --spi-client-registration--default--enabled=false (an instance of ours has it from its next start on).",
        ]
      : []),
  ]
}

function documentWarnings(taken: boolean, version: string): readonly string[] {
  const documents = CLIENT_PROFILES.flatMap(({ title, metadataDocument }) =>
    metadataDocument === undefined ? [] : { title, host: new URL(metadataDocument).host },
  )
  const stopped = `${documents.map(({ title }) => title).join(', ')} register with no realm of this Keycloak any more, because it runs with --features=cimd: `
  if (!taken) {
    return [
      `${stopped}they name documents of their own, which this realm does not take. Make it --with cimd, or on another instance: --instance <name>`,
    ]
  }
  return [
    `${stopped}they name documents of their own, which Keycloak has to fetch from the internet (${documents.map(({ host }) => host).join(', ')}).`,
    ...(capabilities(version).documentMayNameConfidentialGrant
      ? []
      : [`Claude Desktop's document is refused by Keycloak ${version} (keycloak#50362, fixed in 26.8.0).`]),
  ]
}

/** Warns of a version with public security holes, and of a version newer than the tested one. */
export function versionWarnings(self: ServerSelf): readonly string[] {
  const holes = judgeHoles(self)
  const newer = newerThanTested(self.version)
  return [
    ...(holes ? [`${holes.what}. ${holes.why} ${holes.fix}`] : []),
    ...(newer === undefined ? [] : [newer]),
  ]
}

/** Warns about MCP URLs that end with a slash. */
export function slashWarnings(urls: readonly string[]): readonly string[] {
  return urls
    .filter((url) => url.endsWith('/'))
    .map(
      (url) =>
        `The MCP URL ${url} ends with a slash. Audience and resource are compared letter by letter: the MCP server has to call itself so, too, with the slash.`,
    )
}
