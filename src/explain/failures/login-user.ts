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
        type: /^(?:LOGIN|RESET_PASSWORD)_ERROR$/,
        error: 'invalid_user_credentials',
        details: { username: /^(?<username>.+)$/ },
      },
      { type: /^LOGIN_ERROR$/, error: 'user_not_found', details: { username: /^(?<username>.+)$/ } },
      { type: /^(?:LOGIN|RESET_PASSWORD)_ERROR$/, error: 'invalid_user_credentials' },
    ],
    culprit: ({ username }) => username,
    explain: (_, username) => ({
      what: `The user name or the password is wrong${username ? ` (user "${username}")` : ''}.`,
      why: 'Only test users of the realm can log in here. The administrator is a user of the realm master, with the password of the first start.',
      fix: `${command('status')} (lists the test users and their passwords)`,
    }),
    link: LINKS.mcpGuide,
  },
  {
    id: 'user-disabled',
    topic: 'login',
    cause: 'user',
    example: 'Account is disabled, contact your administrator.',
    text: [
      /Account (?:is )?disabled|(?:[Aa]ccount|[Uu]ser) (?:is )?temporarily (?:disabled|locked)|user_temporarily_disabled/,
    ],
    events: [
      { error: 'user_disabled', details: { username: /^(?<username>.+)$/ } },
      { error: 'user_disabled' },
      { error: 'user_temporarily_disabled' },
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
    id: 'login-page-expired',
    topic: 'login',
    cause: 'session-gone',
    example: 'Page has expired. To restart the login process Click here.',
    text: [
      /Page has expired|Action expired\. Please (?:continue|start)|You took too long to log ?in|Login timeout\. Please sign in again|login attempt timed out/i,
      /An error occurred, please log ?in again through your application|You are already logged in/i,
    ],
    explain: () => ({
      what: 'The login page is too old, or was used twice.',
      why: 'The page was open too long, the realm was recreated meanwhile, the back button showed an old page, or the login was finished in another tab.',
      fix: 'Close the login pages, and begin the login again in the program.',
    }),
    link: LINKS.mcpGuide,
  },
  {
    id: 'flow-disabled',
    topic: 'login',
    cause: 'wrong-request',
    example:
      'Client is not allowed to initiate browser login with given response_type. Standard flow is disabled for the client.',
    text: [
      /Invalid parameter: response_type|(?<flow>Standard|Implicit|Device|CIBA) flow is disabled for the client/i,
      /[Cc]lient is not allowed to initiate|[Bb]earer-only (?:applications|clients) (?:are|is) not allowed/,
    ],
    explain: ({ flow }) => ({
      what: `The client is not allowed to use this flow${flow ? ` (${flow})` : ''}.`,
      why: 'Its settings switch the flow off, it is bearer-only, or the program uses the client of another program.',
      fix: 'Admin console, Clients, the client, Capability config: switch "Standard flow" on.\nOr let the program register itself: its client then has the flow.',
    }),
    link: LINKS.oauth,
  },
  {
    id: 'consent-refused',
    topic: 'login',
    cause: 'login-cancelled',
    example: 'error=access_denied&error_description=The user denied the request',
    text: [
      /\berror=access_denied\b|user denied the request|\bCanceled: Canceled\b/,
      /OAuth callback timeout|[Tt]imed out waiting for (?:the )?OAuth callback|No authorization code received|(?:login|authorization|authentication) (?:was |has been )?cancell?ed|\buser (?:has )?cancell?ed\b/i,
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
