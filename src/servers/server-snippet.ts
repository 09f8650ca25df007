import type { Snippet, SnippetTarget } from '../config/snippet.ts'
import { listenAddress } from './listen-address.ts'

/** The language of each file name. */
const LANGUAGES = { 'server.py': 'python', 'server.mts': 'typescript' } as const

/** The snippet with the code of a server, and the step that its MCP URL requires in addition. */
export function serverSnippet(
  { mcpUrl }: Pick<SnippetTarget, 'mcpUrl'>,
  title: string,
  code: string,
  file: keyof typeof LANGUAGES,
): Snippet {
  const { note } = listenAddress(mcpUrl)
  return { title, language: LANGUAGES[file], code, file, ...(note === undefined ? {} : { note }) }
}
