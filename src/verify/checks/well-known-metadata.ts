import { Fault, ok, type VerifyCheck, warn } from '../check.ts'
import type { PublishedMetadata } from '../metadata.ts'

/** Checks that clients that do not read the 401 find the metadata. */
export const wellKnownMetadata: VerifyCheck = {
  name: 'well-known-metadata',
  title: 'Metadata at a well-known place',
  async run(inspection) {
    const places = await inspection.wellKnown()
    const found = places.flatMap((place) => (place.found instanceof Fault ? [] : [place.found]))
    const [first] = found
    if (!first) {
      await inspection.metadata() // throws when there is none anywhere
      return warn(
        `There is none at ${places.map(({ url }) => url.href).join(' or ')}.`,
        'Clients that do not read the 401 look there.',
        `Serve the same document at ${places[0]?.url}`,
        'https://www.rfc-editor.org/rfc/rfc9728.html#section-3.1',
      )
    }
    const used = (await inspection.metadata()).metadata
    const isOfAnother = ({ url, metadata }: PublishedMetadata) =>
      url.pathname === ROOT && metadata.resource !== used.resource && isNeighbour(metadata.resource, url)
    const other = found.find(
      (one) =>
        !isOfAnother(one) && (one.metadata.resource !== used.resource || !sameServers(one.metadata, used)),
    )
    if (other) {
      return warn(
        `${other.url} says something else than ${(await inspection.metadata()).url}.`,
        `"resource" is ${other.metadata.resource}, "authorization_servers" ${other.metadata.authorization_servers.join(', ')}.`,
        'Serve one and the same document at both places, or only the first one.',
      )
    }
    return ok(found.map(({ url }) => url.href).join(' and '))
  },
}

/** The place for a server at the root. With several servers on one origin, it is of one of them. */
const ROOT = '/.well-known/oauth-protected-resource'

/** Whether a resource is another path on the origin of its metadata. */
function isNeighbour(resource: string, { origin }: URL): boolean {
  return URL.parse(resource)?.origin === origin && URL.parse(resource)?.pathname !== '/'
}

type Servers = { readonly authorization_servers: readonly string[] }

function sameServers(one: Servers, other: Servers): boolean {
  return one.authorization_servers.join(' ') === other.authorization_servers.join(' ')
}
