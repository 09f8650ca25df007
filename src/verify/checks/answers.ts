import { ok, type VerifyCheck } from '../check.ts'

/** Checks that an MCP server answers. */
export const answers: VerifyCheck = {
  name: 'answers',
  title: 'An MCP server answers',
  async run(inspection) {
    const { response } = await inspection.withoutToken()
    return ok(`It answers a request without a token with ${response.status}.`)
  },
}
