import { Fault, ok, type VerifyCheck, warn } from '../check.ts'

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
    const other = found.find(
      ({ metadata }) => metadata.resource !== used.resource || !sameServers(metadata, used),
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

type Servers = { readonly authorization_servers: readonly string[] }

function sameServers(one: Servers, other: Servers): boolean {
  return one.authorization_servers.join(' ') === other.authorization_servers.join(' ')
}
