import type { VerifyCheck } from '../check.ts'
import { answers } from './answers.ts'
import { audience } from './audience.ts'
import { authorizationServer } from './authorization-server.ts'
import { badTokens } from './bad-tokens.ts'
import { browser } from './browser.ts'
import { challenge } from './challenge.ts'
import { login } from './login.ts'
import { namedMetadata } from './named-metadata.ts'
import { registration } from './registration.ts'
import { resource } from './resource.ts'
import { scopes } from './scopes.ts'
import { serverMetadata } from './server-metadata.ts'
import { tools } from './tools.ts'
import { wellKnownMetadata } from './well-known-metadata.ts'

/** All checks of a running MCP server, in the order of a client's steps. The bad tokens come last. */
export const VERIFY_CHECKS: readonly VerifyCheck[] = [
  answers,
  challenge,
  namedMetadata,
  wellKnownMetadata,
  resource,
  audience,
  authorizationServer,
  serverMetadata,
  scopes,
  registration,
  login,
  tools,
  browser,
  ...badTokens,
]
