import { audienceFix } from '../audience-fix.ts'
import type { VerifyCheck } from '../check.ts'
import { fail, ok } from '../finding.ts'

/** Checks that the realm's tokens are for this server. */
export const audience: VerifyCheck = {
  name: 'audience',
  title: "The realm's tokens are for it",
  async ask({ realm, resource, withoutToken }) {
    await withoutToken()
    if (realm.mcpUrls.includes(resource)) return ok(`"aud" of its tokens has ${resource}.`)
    return fail({
      what: `Tokens of the realm are not for ${resource}.`,
      why: `They are for ${realm.mcpUrls.join(', ') || 'no MCP URL at all'}; the two are compared letter by letter.`,
      fix: audienceFix(realm, resource),
    })
  },
}
