import { command } from '../../config/command.ts'
import { fail, ok, type VerifyCheck, warn } from '../check.ts'
import { sdkAccepts } from '../mcp-sdk.ts'

const RULE = 'https://www.rfc-editor.org/rfc/rfc9728.html#section-3.3'

/** Checks that `resource` in the metadata is exactly the MCP URL. */
export const resource: VerifyCheck = {
  name: 'resource',
  title: '"resource" is the MCP URL',
  async run(inspection) {
    const { metadata } = await inspection.metadata()
    if (metadata.resource === inspection.resource) return ok(metadata.resource)
    if (sdkAccepts(metadata.resource, inspection.resource)) {
      return warn(
        `It calls itself ${JSON.stringify(metadata.resource.slice(0, 200))}, which is not exactly ${inspection.resource}.`,
        'The official SDKs accept that. Clients that compare letter by letter refuse to send a token.',
        'Name the whole URL of the MCP endpoint as "resource".',
        RULE,
      )
    }
    return fail(
      `It calls itself ${JSON.stringify(metadata.resource.slice(0, 200))}, and not ${inspection.resource}.`,
      reason(metadata.resource, inspection.resource),
      `Tell the server its public URL (often "base_url"), or give clients the one that it knows: ${command('verify', metadata.resource.slice(0, 200))}`,
      RULE,
    )
  },
}

function reason(seen: string, wanted: string): string {
  const slash = 'The two are compared letter by letter, and differ in the slash at the end alone.'
  if (`${seen}/` === wanted || seen === `${wanted}/`) return slash
  const [one, other] = [URL.parse(seen), URL.parse(wanted)]
  const difference = (['protocol', 'hostname', 'port', 'pathname', 'search'] as const).filter(
    (part) => one?.[part] !== other?.[part],
  )
  if (!one)
    return 'That is not a URL. Clients refuse to send a token to a server that calls itself otherwise.'
  const parts = difference.map((part) => (part === 'pathname' ? 'path' : part)).join(', ')
  return `Clients refuse to send a token to a server that calls itself otherwise; the two differ in ${parts || 'spelling'}.`
}
