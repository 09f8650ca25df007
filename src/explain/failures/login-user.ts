import { command } from '../../config/command.ts'
import { resetCommand } from '../../config/reset-command.ts'
import type { KnownFailure } from '../known-failure.ts'
import { LINKS } from '../links.ts'

/** Failures of a user or of the realm's settings on the login page. */
export const LOGIN_USER_FAILURES: readonly KnownFailure[] = [
  {
    id: 'wrong-password',
    topic: 'login',
    cause: 'user',
    example: 'Invalid username or password.',
    text: [/Invalid username or password/, /Invalid user credentials/],
    events: [
      {
        type: /^LOGIN_ERROR$/,
        error: 'invalid_user_credentials',
        details: { username: /^(?<username>.+)$/ },
      },
      { type: /^LOGIN_ERROR$/, error: 'user_not_found', details: { username: /^(?<username>.+)$/ } },
      { type: /^LOGIN_ERROR$/, error: 'invalid_user_credentials' },
    ],
    culprit: ({ username }) => username,
    explain: (_, username) => ({
      what: `The user name or the password is wrong${username ? ` (user "${username}")` : ''}.`,
      why: 'Only test users of the realm can log in here. The administrator is not one of them.',
      fix: `${command('status')} (lists the test users and their passwords)`,
    }),
    link: LINKS.mcpGuide,
  },
  {
    id: 'user-disabled',
    topic: 'login',
    cause: 'user',
    example: 'Account is disabled, contact your administrator.',
    text: [/Account is disabled/, /Account disabled/],
    events: [
      { error: 'user_disabled', details: { username: /^(?<username>.+)$/ } },
      { error: 'user_disabled' },
    ],
    culprit: ({ username }) => username,
    explain: (_, username, { options }) => ({
      what: `The user${username ? ` "${username}"` : ''} is disabled.`,
      why: 'The user was disabled in the admin console, or locked after too many wrong passwords.',
      fix: `${resetCommand(options)}\nOr enable the user in the admin console, under Users.`,
    }),
    link: LINKS.mcpGuide,
  },
  {
    id: 'profile-incomplete',
    topic: 'login',
    cause: 'required-actions',
    example: '{"error":"invalid_grant","error_description":"Account is not fully set up"}',
    text: [
      /Account is not fully set up/i,
      /You need to update your user profile/,
      /Please specify this field/,
      /resolve_required_actions|has required actions?\b/,
    ],
    events: [
      { type: /^VERIFY_PROFILE$/, details: { username: /^(?<username>.+)$/ } },
      { error: 'resolve_required_actions' },
    ],
    culprit: ({ username }) => username,
    explain: (_, username, { options }) => ({
      what: `The user${username ? ` "${username}"` : ''} has an incomplete profile.`,
      why: 'Keycloak requires e-mail, first name and last name before a login. A program without a login page cannot fill them in.',
      fix: `${resetCommand(options, { user: [`${username ?? '<name>'}:<password>`] })} (creates the user with a complete profile)\nOr complete the profile in the admin console, under Users.`,
    }),
    link: LINKS.mcpGuide,
  },
  {
    id: 'https-required',
    topic: 'login',
    cause: 'tls',
    example: 'We are sorry... HTTPS required',
    text: [/HTTPS required/],
    events: [{ error: 'ssl_required' }],
    explain: (_, __, { options }) => ({
      what: 'The realm requires https.',
      why: 'Its setting "Require SSL" is "all", or it is "external" and the request came from another address, such as a Docker network. A managed realm has "none".',
      fix: `${resetCommand(options)}\nFor the realm master: admin console, Realm settings, General, Require SSL: none.`,
    }),
    link: LINKS.httpsRequired,
  },
  {
    id: 'realm-disabled',
    topic: 'login',
    cause: 'realm-disabled',
    example: 'We are sorry... Realm not enabled',
    text: [/Realm not enabled/, /"error": ?"Realm disabled"/],
    events: [{ error: 'realm_disabled' }],
    explain: (_, __, { options }) => ({
      what: 'The realm is disabled.',
      why: 'The switch at the top of its realm settings in the admin console is off.',
      fix: resetCommand(options),
    }),
    link: LINKS.mcpGuide,
  },
  {
    id: 'consent-refused',
    topic: 'login',
    cause: 'login-cancelled',
    example: 'error=access_denied&error_description=The user denied the request',
    text: [
      /\berror=access_denied\b|user denied the request|\bCanceled: Canceled\b/,
      /OAuth callback timeout|No authorization code received|(?:login|authorization|authentication) (?:was |has been )?cancell?ed/i,
    ],
    events: [{ type: /^LOGIN_ERROR$/, error: 'rejected_by_user' }],
    explain: () => ({
      what: 'The user answered No on the consent page, or closed the login.',
      why: 'The user must allow each self-registered client, and must allow it again when it requests offline_access.',
      fix: `Log in again and answer Yes.\nWithout a consent page: ${command('reset-realm', { consent: false })}`,
    }),
    link: LINKS.mcpGuide,
  },
]
