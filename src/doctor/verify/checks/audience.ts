import type { VerifyCheck } from '../check.ts'
import { fail, ok } from '../finding.ts'

/** Are the realm's tokens for this server? */
export const audience: VerifyCheck = {
  id: 'audience',
  title: "The realm's tokens are for it",
  async ask({ realm, resource }) {
    if (realm.mcpUrls.includes(resource)) return ok(`"aud" of its tokens has ${resource}.`)
    const near = realm.mcpUrls.find((url) => `${url}/` === resource || url === `${resource}/`)
    const all = [...realm.mcpUrls, resource].map((url) => `--mcp-url ${url}`).join(' ')
    return fail({
      what: `Tokens of the realm are not for ${resource}.`,
      why: near
        ? `They are for ${near}: the slash at the end makes it another one.`
        : `They are for ${realm.mcpUrls.join(', ') || 'no MCP URL at all'}.`,
      fix: near
        ? `Use one of the two everywhere: mcp-keycloak verify ${near}`
        : `mcp-keycloak reset-realm ${all}`,
    })
  },
}
