import type { OAuthClientProvider, OAuthDiscoveryState } from '@modelcontextprotocol/sdk/client/auth.js'
import type { OAuthClientInformationMixed, OAuthTokens } from '@modelcontextprotocol/sdk/shared/auth.js'

/** The memory of an MCP client, for both TypeScript SDKs. It is asked to log in by `authorizationUrl`. */
export class MemoryProvider implements OAuthClientProvider {
  authorizationUrl: URL | undefined
  information: OAuthClientInformationMixed | undefined
  private savedTokens: OAuthTokens | undefined
  private verifier = ''
  private discovered: OAuthDiscoveryState | undefined

  readonly redirectUrl: string
  readonly clientMetadata

  constructor(redirectUrl: string) {
    this.redirectUrl = redirectUrl
    this.clientMetadata = {
      client_name: 'e2e test',
      redirect_uris: [redirectUrl],
      token_endpoint_auth_method: 'none',
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
    }
  }

  clientInformation() {
    return this.information
  }
  saveClientInformation(information: OAuthClientInformationMixed) {
    this.information = information
  }
  forgetTokens() {
    this.savedTokens = undefined
    this.authorizationUrl = undefined
  }
  tokens() {
    return this.savedTokens
  }
  saveTokens(tokens: OAuthTokens) {
    this.savedTokens = tokens
  }
  redirectToAuthorization(url: URL) {
    this.authorizationUrl = url
  }
  saveDiscoveryState(state: OAuthDiscoveryState) {
    this.discovered = state
  }
  discoveryState() {
    return this.discovered
  }
  saveCodeVerifier(verifier: string) {
    this.verifier = verifier
  }
  codeVerifier() {
    return this.verifier
  }
}
