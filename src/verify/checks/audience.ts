import { fail, ok, type VerifyCheck } from '../check.ts'
import { audienceFix } from '../realm-under-test.ts'

/** Checks that the realm's tokens are for this server. */
export const audience: VerifyCheck = {
  name: 'audience',
  title: "The realm's tokens are for it",
  async run({ realm, resource, withoutToken }) {
    await withoutToken()
    if (realm.mcpUrls.includes(resource)) return ok(`"aud" of its tokens has ${resource}.`)
    return fail(
      `Tokens of the realm are not for ${resource}.`,
      `They are for ${realm.mcpUrls.join(', ') || 'no MCP URL at all'}; the two are compared letter by letter.`,
      audienceFix(realm, resource),
    )
  },
}
