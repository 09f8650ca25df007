import type { VerifyCheck } from '../../check.ts'
import { CLIENT_CHECKS } from '../all.ts'
import { BAD_TOKENS } from '../bad-tokens.ts'
import { browserLogin } from './browser-login.ts'
import { carriers, schemeCase } from './carriers.ts'
import { eras } from './eras.ts'
import { everyDoor } from './every-door.ts'
import { FURTHER_TOKENS } from './further-tokens.ts'
import { goodToken } from './good-token.ts'
import { keyUrls } from './key-urls.ts'
import { metadataRules } from './metadata-rules.ts'
import { noToken } from './no-token.ts'
import { host, origin } from './origin.ts'
import { paths } from './paths.ts'
import { refusals } from './refusals.ts'
import { sessionEnd } from './session-end.ts'
import { sessionId, sessionUser } from './session-user.ts'
import { tokenLife } from './token-life.ts'
import { toolScopes } from './tool-scopes.ts'

/** All checks of `verify`. Bad tokens are sent with every kind of request. */
export const FULL_CHECKS: readonly VerifyCheck[] = [
  ...CLIENT_CHECKS,
  metadataRules,
  browserLogin,
  eras,
  goodToken,
  noToken,
  ...[...BAD_TOKENS, ...FURTHER_TOKENS].map(everyDoor),
  ...keyUrls,
  refusals,
  ...carriers,
  schemeCase,
  paths,
  sessionId,
  sessionUser,
  sessionEnd,
  toolScopes,
  origin,
  host,
  tokenLife,
]
