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

/** The checks that act like a client, in the order of its steps. */
export const CLIENT_CHECKS: readonly VerifyCheck[] = [
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
]

/** The checks of `verify --quick`: the client's steps, then the bad tokens with a client's first request. */
export const VERIFY_CHECKS: readonly VerifyCheck[] = [...CLIENT_CHECKS, ...badTokens]
