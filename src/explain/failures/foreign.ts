import type { KnownFailure } from '../known-failure.ts'
import { LINKS } from '../links.ts'

/** Failures of other systems whose words look like those of Keycloak. They leave no other explanation near them. */
export const FOREIGN_FAILURES: readonly KnownFailure[] = [
  {
    id: 'program-not-found',
    topic: 'machine',
    cause: 'unrelated',
    example: 'Error: spawn npx ENOENT',
    text: [
      /spawn (?<program>[\w./\\:-]+) ENOENT/,
      /\benv: (?<program>[\w.-]+): No such file or directory/,
      /exec: "(?<program>(?!curl"|wget")[^"]+)": executable file not found/,
    ],
    culprit: ({ program }) => program,
    explain: (_, program) => ({
      what: `The MCP client does not find the program${program ? ` "${program}"` : ''}.`,
      why: 'It starts the MCP server as a program, and a desktop application has another PATH than a terminal. Keycloak has no part in it.',
      fix: `Write the full path of the program into the configuration: which ${program ?? '<program>'} (Windows: where ${program ?? '<program>'})`,
    }),
    link: LINKS.mcpDebugging,
  },
  {
    id: 'other-system',
    topic: 'machine',
    cause: 'unrelated',
    example:
      'Could not transfer artifact com.example:lib:jar:1.0: status code: 401, reason phrase: Unauthorized',
    text: [
      /Could not (?:transfer artifact|GET ')|reason phrase: |for url: https?:\S+\/simple\/|failed calling webhook|failed to (?:fetch oauth token|resolve source metadata|fetch \S+\.tgz)|error pulling image|unauthorized: authentication required/,
      /\b40[13]\b.{0,60}https?:\/\/(?:api\.(?:github|openai|anthropic|atlassian|notion|slack)|graph\.microsoft|www\.googleapis)\.com\b|google\.auth\.exceptions|\(gcloud\.|remote: Invalid username/,
      /\b(?:SAML|[Ww]ebhook|commit|package|ASN\.1)\b.{0,60}\b[Ss]ignature (?:is |verification |validation )?(?:invalid|not valid|failed)|signature verification failed for commit|[Ss]ignature (?:verification|validation) failed\. SAML|SAML assertion|_Saml2_/,
    ],
    explain: () => ({
      what: 'Another system refuses the request, not Keycloak.',
      why: 'The words are those of a package registry, Git, a cluster, an API behind a tool, or SAML.',
      fix: 'Look at the login, the address and the log of that system.',
    }),
    link: LINKS.mcpDebugging,
  },
  {
    id: 'database-login-refused',
    topic: 'machine',
    cause: 'unrelated',
    example: 'FATAL: password authentication failed for user "keycloak"',
    text: [
      /password authentication failed for user "(?<user>[^"]+)"/,
      /FATAL: (?:database|role) "(?<user>[^"]+)" does not exist|no pg_hba\.conf entry|acquire JDBC Connection|[Aa]cquisition timeout|remaining connection slots/i,
      /PSQLException|JDBCConnectionException|Connection to \S+:\d+ refused\. Check|The TCP\/IP connection to the host \S+, port \d+ has failed|Datasource '[^']+': (?:The c|C)onnection|ORA-(?:01017|12\d{3})\b|Access denied for user '(?<user>[^']+)'@|CommunicationsException: Communications link failure/,
    ],
    culprit: ({ user }) => user,
    explain: () => ({
      what: "Keycloak's database refuses the connection.",
      why: 'The user, the password, the name or the address of the database is wrong. A volume keeps the password of its first start.',
      fix: 'Compare KC_DB_URL, KC_DB_USERNAME and KC_DB_PASSWORD with the database. For tests, remove the volume of the database.',
    }),
    link: LINKS.database,
  },
  {
    id: 'ldap-failed',
    topic: 'machine',
    cause: 'unrelated',
    example: 'Error when trying to connect to LDAP. See server.log for details. LDAP test error',
    text: [
      /LDAP (?:Query failed|test error)|connect to LDAP|LDAP: error code (?<code>\d+)|keycloak\.storage\.ldap\./,
      /javax\.naming\.(?:Communication|Authentication|ServiceUnavailable)Exception/,
    ],
    explain: ({ code }) => ({
      what: 'The LDAP server of the realm does not answer, or refuses the request.',
      why: `${code === '49' ? 'Error code 49 is a wrong bind DN or a wrong password. ' : ''}Its URL, its certificate, the bind DN or the password in the settings of the user federation is wrong.`,
      fix: 'Admin console, User federation, the provider: "Test connection", then "Test authentication".',
    }),
    link: LINKS.userFederation,
  },
  {
    id: 'mail-not-sent',
    topic: 'machine',
    cause: 'unrelated',
    example: "com.sun.mail.util.MailConnectException: Couldn't connect to host, port: smtp.example.org, 465",
    text: [
      /MailConnectException(?:: Couldn't connect to host, port: (?<host>[\w.-]+))?|keycloak\.email\.EmailException/,
      /SMTP\w*Exception|STARTTLS is required|Failed to send (?:e-?mail|execute actions email)/i,
    ],
    culprit: ({ host }) => host,
    explain: (_, host) => ({
      what: `Keycloak cannot send e-mail${host ? ` through ${host}` : ''}.`,
      why: 'The mail server of the realm is not reachable, or its settings for encryption and login are wrong.',
      fix: 'Admin console, Realm settings, Email: correct host, port, encryption and login, then "Test connection".',
    }),
    link: LINKS.email,
  },
  {
    id: 'entra-id',
    topic: 'login',
    cause: 'unrelated',
    example: "AADSTS650053: The application asked for scope 'mcp.read' that doesn't exist",
    text: [/\b(?<code>AADSTS\d{4,8})\b/],
    culprit: ({ code }) => code,
    explain: (_, code) => ({
      what: `Microsoft Entra ID refuses the request${code ? ` (${code})` : ''}, not Keycloak.`,
      why: "The MCP server names Entra ID as its authorization server, or the realm's identity provider is Entra ID.",
      fix: `Look up the code in the documentation of Entra ID${code ? `: ${code}` : ''}.`,
    }),
    link: LINKS.entra,
  },
  {
    id: 'tool-call-failed',
    topic: 'mcp-server',
    cause: 'unrelated',
    example: 'MCP error -32602: Tool weather not found',
    text: [
      /MCP error -3260[12]: |Invalid arguments for tool (?<tool>[\w-]+)/,
      /\bTool (?<tool>[\w-]+) not found\b/,
      /Unknown tool: (?<tool>[\w-]+)/,
    ],
    culprit: ({ tool }) => tool,
    explain: (_, tool) => ({
      what: `The call of a tool failed${tool ? `: ${tool}` : ''}.`,
      why: 'The name or the arguments do not fit the tool. The login worked, because the MCP server answered.',
      fix: 'Compare the call with the list of tools of the MCP server.',
    }),
    link: LINKS.mcpDebugging,
  },
]
