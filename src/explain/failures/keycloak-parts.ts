import { command } from '../../config/command.ts'
import type { KnownFailure } from '../known-failure.ts'
import { LINKS } from '../links.ts'

/** Failures of what belongs to a Keycloak: its schema, its extensions, its admin console, and external identity providers. */
export const PART_FAILURES: readonly KnownFailure[] = [
  {
    id: 'schema-migration-failed',
    topic: 'machine',
    cause: 'database-schema',
    example: 'ERROR: Migration failed for changeset META-INF/jpa-changelog-1.2.0.Beta1.xml::1.2.0.Beta1',
    text: [
      /Migration failed for change ?set(?: (?<changeset>\S+))?|MigrationFailedException|Failed to (?:update|initialize|validate) database/,
      /\b(?:[Tt]able|[Rr]elation) ['"`](?<table>\w+)['"`] already exists|\bORA-00955\b|ValidationFailedException: Validation Failed/,
    ],
    vague: 'topic',
    culprit: ({ changeset, table }) => table ?? changeset,
    explain: (_, part) => ({
      what: `Keycloak could not create or migrate its tables${part ? ` (${part})` : ''}.`,
      why: 'A start was ended in the middle of a migration, the schema belongs to another program or a newer Keycloak, or the option "db" names another kind of database than the one that runs.',
      fix: 'For tests, remove the volume or the schema of the database, and start one Keycloak alone.\nOtherwise restore a backup of the database, and compare KC_DB with the database.',
    }),
    link: LINKS.database,
  },
  {
    id: 'database-file-version',
    topic: 'machine',
    cause: 'database-schema',
    example:
      'Unsupported database file version or invalid file header in file "/opt/keycloak/data/h2/keycloakdb.mv.db"',
    text: [
      /Unsupported database file version(?:.{0,40}? in file "(?<file>[^"]+)")?|write format \d+ is smaller than the supported format/,
      /MVStoreException: File (?:corrupted|is corrupted)|\[90030-\d+\]/,
    ],
    culprit: ({ file }) => file,
    explain: (_, file) => ({
      what: `Keycloak cannot read the file of its development database${file ? ` (${file})` : ''}.`,
      why: 'An older Keycloak wrote it with an older H2, or the server was ended while it wrote.',
      fix: 'For tests, remove the folder data/h2 or its volume.\nOtherwise export the realm with the version that wrote the file: kc.sh export --file <file>',
    }),
    link: LINKS.database,
  },
  {
    id: 'import-duplicate',
    topic: 'machine',
    cause: 'realm-import',
    example: 'Conflict detected: org.keycloak.models.ModelDuplicateException',
    text: [
      /ModelDuplicateException|Duplicate resource error|Conflict detected: /,
      /duplicate key value violates unique constraint "(?:uk_|constraint_|pk_)|Failed to migrate json representation for version: (?<version>[\w.]+)/i,
    ],
    vague: 'topic',
    explain: ({ version }) => ({
      what: 'A realm, client, role or user exists twice.',
      why: `The realm file has it twice, or Keycloak creates it too${version ? `, because the file is of version ${version}` : ''}. Or it is left from an earlier import.`,
      fix: `Remove the second one from the file, or export the file again with the version of the server.\n${command('up', { realmFile: '<file>' })} (checks the file and names what is wrong in it)`,
    }),
    link: LINKS.importExport,
  },
  {
    id: 'cluster-failed',
    topic: 'machine',
    cause: 'environment',
    example: 'ISPN000210: Failed to request state of cache authenticationSessions from node keycloak-1',
    text: [
      /ISPN000(?:208|210|228|286|299|323|517)\b|JGRP\d{6}: .{0,200}(?:dropping|failed|discarded|not authenticated)/,
    ],
    vague: 'any',
    explain: () => ({
      what: 'The Keycloak servers of a cluster do not reach or understand each other.',
      why: 'Servers of two versions run at the same time, their ports (7800, 57800) are closed, or another Keycloak in the same network joined.',
      fix: 'One server: KC_CACHE=local\nSeveral: the same version, and open ports between them.',
    }),
    link: LINKS.caching,
  },
  {
    id: 'extension-broken',
    topic: 'machine',
    cause: 'extension',
    example:
      'java.util.ServiceConfigurationError: org.keycloak.authentication.AuthenticatorFactory: Provider com.example.Factory not found',
    text: [
      /ServiceConfigurationError: org\.keycloak\.[\w.]+: (?:Provider )?(?<class>[\w.$]+)/,
      /(?:[Ee]rror|[Ee]xception|[Ff]ail(?:ed|ure)|[Uu]nable|[Cc](?:annot|ould not))\b.{0,200}\/providers\/(?<file>[^\s/]+\.jar)/,
      /Build step org\.keycloak\.quarkus\.deployment\.KeycloakProcessor#\w+ threw|Failed to find provider (?<class>[\w.-]+) for|(?:Unable to find|Failed to (?:find|load)|Could not find) theme|FreeMarkerException|freemarker\.runtime|Template not found for name/,
      /No provider found for id (?<class>[\w.-]+)/,
      /(?:NoClassDefFoundError|ClassNotFoundException|NoSuchMethodError|NoSuchFieldError|AbstractMethodError)\b.{0,40}?(?<class>org[./]keycloak[./](?!adapters[./])[\w./$]+)/,
    ],
    vague: 'topic',
    culprit: ({ file, class: name }) => file ?? name,
    explain: (_, part) => ({
      what: `An extension of Keycloak cannot be loaded${part ? ` (${part})` : ''}.`,
      why: 'A .jar in providers/ was built for another version, lacks a library, or was removed after the last build.',
      fix: 'Use a version of the extension for this Keycloak, with its libraries beside it.\nAfter each change in providers/: kc.sh build',
    }),
    link: LINKS.providers,
  },
  {
    id: 'file-not-permitted',
    topic: 'machine',
    cause: 'environment',
    example: '/tmp/export/demo-realm.json (Permission denied)',
    text: [
      /(?<![^\s'":])(?<file>\/[^\s'"]+)['"]? ?\(?:? ?Permission denied\b/,
      /AccessDeniedException: (?<file>\/[^\s'"]+)/,
      /exec:? "?(?<file>\/[^\s"]+)"?: permission denied/,
      /Temporary directory (?<file>\S+) does not exist|(?<![^\s'"])(?<file2>(?!\.\/(?:gradle|mvn)w)[\w.-]*\/(?!\S*(?:\.ssh\/|node_modules))[^\s'":]+): [Pp]ermission denied/,
    ],
    vague: 'topic',
    culprit: ({ file }) => file,
    explain: (_, file) => ({
      what: `The container may not read, write or run ${file ?? 'a file'}.`,
      why: 'In its container Keycloak runs as user 1000. A mounted folder belongs to another user, or SELinux refuses the mount.',
      fix: 'chown 1000 <folder> (for a folder that it writes), or chmod a+rX <folder>; for a script: chmod a+x <file>\nWith SELinux (Fedora, RHEL, Podman): add :z to the mount.',
    }),
    link: LINKS.containers,
  },
  {
    id: 'identity-provider-failed',
    topic: 'login',
    cause: 'identity-provider',
    example: 'Unexpected error when authenticating with identity provider',
    text: [
      /identity_provider_login_failure|Identity Provider (?:\S+ )?not found|Failed to make identity provider \w+ callback|IdentityBrokerException: (?<reason>[^\n]{1,120})|IdentityBrokerService\]|keycloak\.broker\.(?:oidc|saml)\.(?!.*verify token)|invalidFederatedIdentityAction/,
      /(?:[Uu]nexpected error when authenticating|[Cc]ould not authenticate|[Ii]nvalid (?:signature in )?response from|[Ff]ailed to send authentication request to|[Cc]ould not send authentication request to|[Uu]nexpected error when handling authentication request to|[Ff]ailed to authenticate) (?:with |to )?(?:the )?identity provider/,
    ],
    events: [{ type: /^(?:IDENTITY_PROVIDER_\w+|FEDERATED_IDENTITY_LINK)_ERROR$/ }],
    vague: 'topic',
    covers: ['client-authentication', 'code', 'audience', 'issuer'],
    culprit: ({ reason }) => reason,
    explain: (_, reason) => ({
      what: 'The login at the external identity provider failed.',
      why: `${reason ? `${reason.replace(/\.$/, '')}. ` : ''}It does not accept the client id or the secret that Keycloak sends, a URL of it is wrong or not reachable for Keycloak, or its certificate is not trusted.`,
      fix: `Admin console, Identity providers, the provider: compare client id, secret and URLs with the provider. Its redirect URI ends in /broker/<alias>/endpoint.\n${command('logs', { since: '10m', level: 'ERROR' })}`,
    }),
    link: LINKS.identityBroker,
  },
  {
    id: 'admin-access-refused',
    topic: 'token',
    cause: 'admin-access',
    example: '{"error":"HTTP 403 Forbidden"}',
    text: [
      /"error": ?"HTTP (?<status>40[13]) (?:Unauthorized|Forbidden)"/,
      /(?:Forbidden|NotAuthorized)Exception: HTTP (?<status>40[13])\b/,
      /\/admin\/(?:realms|serverinfo)\b\S*.{0,60}\b(?<status>40[13])\b/,
    ],
    vague: 'topic',
    culprit: ({ status }) => status,
    explain: (_, status) => ({
      what: 'The Admin API of Keycloak does not accept the token of the request.',
      why: `${status === '403' ? 'The user or the service account lacks a role of the client "realm-management".' : 'The token has expired (an admin token is valid for a minute), is of another realm, or was not sent.'} An administrator of the realm master may do everything. A 401 is about the token, a 403 about roles.`,
      fix: 'Log in again before the request, at the realm of the administrator.\nAdmin console, Clients, the client, Service account roles: assign "realm-management" roles.',
    }),
    link: LINKS.adminApi,
  },
  {
    id: 'admin-console-failed',
    topic: 'discovery',
    cause: 'proxy',
    example: 'Network response was not OK.',
    text: [
      /Network response was not OK\b|\bsomethingWentWrong\b|Mixed Content: |Blocked loading mixed (?:active|display) content/,
    ],
    vague: 'topic',
    explain: () => ({
      what: 'The page gets no usable response from Keycloak.',
      why: 'The admin console and the login page call Keycloak under the URL that Keycloak names. Behind a proxy that URL is wrong without KC_PROXY_HEADERS and KC_HOSTNAME, or the proxy refuses the request. A user without admin roles sees the same.',
      fix: 'KC_PROXY_HEADERS=xforwarded and KC_HOSTNAME=<public url>\nThe network tab of the browser names the request that fails.',
    }),
    link: LINKS.reverseProxy,
  },
  {
    id: 'page-in-place-of-json',
    topic: 'token',
    cause: 'proxy',
    example: 'oauth2: cannot fetch token: 403 Forbidden Response: <!DOCTYPE HTML PUBLIC',
    text: [
      /(?:fetch token|access token found|token exchange failed|introspect\w*|user ?info|JWKS?|discovery)\b.{0,160}?<(?:!doctype|html)/i,
      /invalid character '<' looking for beginning of value|Unexpected character \('<' \(code 60\)|You need a valid user and password to access this content/,
    ],
    covers: ['token-missing', 'code'],
    explain: () => ({
      what: 'A web page answers in place of the endpoint.',
      why: 'The URL is not the one of the endpoint, so another page answers. Or a proxy, an ingress or a firewall in between refuses the request with a page of its own.',
      fix: `curl -i <url> (in the place where the program runs: it shows who answers)\n${command('env')} (shows the correct URLs)`,
    }),
    link: LINKS.reverseProxy,
  },
]
