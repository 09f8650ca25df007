import { MCP_SPEC } from '../../../config/mcp-spec.ts'
import { fail, ok, type VerifyCheck, warn } from '../../check.ts'

/** Checks members of the metadata that mislead clients. */
export const metadataRules: VerifyCheck = {
  name: 'metadata-rules',
  title: 'Metadata that clients can follow',
  async run(inspection) {
    const { metadata } = await inspection.metadata()
    const { server } = await inspection.authorizationServer()
    const methods: unknown = metadata.bearer_methods_supported
    const needsDpop = metadata.dpop_bound_access_tokens_required === true
    const url = 'https://www.rfc-editor.org/rfc/rfc9728.html#section-2'
    if (Array.isArray(methods) && methods.includes('query')) {
      return fail(
        'Its metadata offers tokens in the query (bearer_methods_supported).',
        `URLs are kept in logs, and the token with them. The MCP specification forbids it.${needsDpop ? ' It also requires DPoP.' : ''}`,
        'Set "bearer_methods_supported": ["header"]',
        MCP_SPEC.tokenRequirements,
      )
    }
    if (needsDpop) {
      return fail(
        'Its metadata requires DPoP, but it accepts tokens without it.',
        `Clients that obey it look for DPoP at ${server.issuer}. MCP clients send plain bearer tokens.`,
        'Remove dpop_bound_access_tokens_required from the metadata.',
        url,
      )
    }
    if (Array.isArray(methods) && methods.length > 0 && !methods.includes('header')) {
      return fail(
        `Its metadata does not offer the Authorization header (${methods.map(String).join(', ').slice(0, 100)}).`,
        'MCP clients send tokens in that header only.',
        'Set "bearer_methods_supported": ["header"]',
        url,
      )
    }
    const wildcard = metadata.scopes_supported.find((scope) => scope.includes('*'))
    if (wildcard !== undefined) {
      return warn(
        `Its metadata lists the scope ${JSON.stringify(wildcard.slice(0, 100))}.`,
        'A scope is a whole word. Clients ask for exactly that word.',
        'List each scope by its name.',
        url,
      )
    }
    return ok('bearer_methods_supported, scopes_supported.')
  },
}
