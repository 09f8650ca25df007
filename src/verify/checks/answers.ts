import type { VerifyCheck } from '../check.ts'
import { ok } from '../finding.ts'

/** Checks that an MCP server answers. */
export const answers: VerifyCheck = {
  name: 'answers',
  title: 'An MCP server answers',
  async ask(inspection) {
    const { response } = await inspection.withoutToken()
    return ok(`It answers a request without a token with ${response.status}.`)
  },
}
