import { ok, type VerifyCheck } from '../check.ts'

/** Checks that an MCP client with a good token can list the tools. */
export const tools: VerifyCheck = {
  name: 'tools',
  title: 'With a good token: initialize, tools/list',
  async run(inspection) {
    await inspection.accepted()
    const { serverName, tools: names } = await inspection.session()
    return ok(
      `${serverName || 'It'} has ${names.length === 1 ? '1 tool' : `${names.length} tools`}${list(names)}.`,
    )
  },
}

const SHOWN = 5

function list(names: readonly string[]): string {
  if (names.length === 0) return ''
  return `: ${names.slice(0, SHOWN).join(', ')}${names.length > SHOWN ? ', …' : ''}`
}
