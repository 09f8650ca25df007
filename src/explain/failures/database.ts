import { command } from '../../config/command.ts'
import type { KnownFailure } from '../known-failure.ts'
import { LINKS } from '../links.ts'

/** Failures of Keycloak's database and of the import of a realm file. */
export const DATA_FAILURES: readonly KnownFailure[] = [
  {
    id: 'database-locked',
    topic: 'machine',
    cause: 'database-locked',
    example: "Database may be already in use: '/opt/keycloak/data/h2/keycloakdb.mv.db'",
    text: [
      /Database may be already in use(?:: "?'?(?<file>[^'"]+?)'?"?[.'"](?:\s|$))?/,
      /Could not save properties (?<file>\S+?\.lock\.db)/,
      /The file is locked: (?:nio:)?(?<file>\S+\.db)/,
      /Locked by another process(?:: (?<file>\S+))?/,
      /\[(?:90020|90131|8000)-\d+\]/,
    ],
    culprit: ({ file }) => file,
    explain: (_, file) => ({
      what: `Another process has the database open${file ? ` (${file})` : ''}.`,
      why: "Keycloak's development database is one file for one process. Another Keycloak runs on the same folder, the previous one did not end, or an export runs beside the server. A folder of another user gives the same error.",
      fix: `${command('status')}\n${command('down')}\nWithout a running server, remove the lock file beside the database.`,
    }),
    link: LINKS.database,
  },
  {
    id: 'migration-lock',
    topic: 'machine',
    cause: 'database-locked',
    example: 'Could not acquire change log lock. Currently locked by 172.18.0.3 since 3/1/26, 10:00 AM',
    text: [
      /change ?log lock(?:.{0,40}?locked by (?<host>[\w.-]+))?/,
      /liquibase\.exception\.LockException|Failed to create lock table|Database error during release lock|waiting for database lock|DATABASECHANGELOGLOCK/i,
    ],
    culprit: ({ host }) => host,
    explain: (_, host) => ({
      what: `The lock of the database migration is held${host ? ` by ${host}` : ''}.`,
      why: 'A start was ended in the middle of the migration, another Keycloak migrates at the same time, or the user of the database may not create the lock table.',
      fix: 'Start one Keycloak alone and wait. If no other one runs: UPDATE databasechangeloglock SET locked = FALSE',
    }),
    link: LINKS.database,
  },
  {
    id: 'database-unreachable',
    topic: 'machine',
    cause: 'unspecified',
    example: 'java.lang.RuntimeException: Failed to obtain JDBC connection',
    text: [/Failed to obtain JDBC connection/],
    vague: 'any',
    explain: () => ({
      what: 'Keycloak gets no connection to its database.',
      why: 'With the development database, another process has its file open. With another database, the lines below have the reason.',
      fix: `${command('status')} (shows other running instances)\nkc.sh --verbose start-dev (shows all causes)`,
    }),
    link: LINKS.database,
  },
  {
    id: 'import-field-unknown',
    topic: 'machine',
    cause: 'realm-import',
    example:
      'Unrecognized field "oid4vc" (class org.keycloak.representations.idm.RealmRepresentation), not marked as ignorable (148 known properties: ',
    text: [
      /Unrecognized field "(?<field>[^"]+)" \(class (?<class>(?:[\w.]*\.)?(?:Realm|Client|User|Role|Group|ClientScope|Component)?(?:Representation|RealmImport))/,
      /Cannot (?:create|update) realm '(?<realm>[^']+)'.{0,60}?Unrecognized field "(?<field>[^"]+)"/,
      /UnrecognizedPropertyException: Unrecognized field "(?<field>[^"]+)"(?! \(class (?!org\.keycloak))/,
    ],
    culprit: ({ field }) => field,
    explain: (_, field) => ({
      what: `The realm file has a field that this Keycloak does not know${field ? `: "${field}"` : ''}.`,
      why: 'The file was exported by a newer Keycloak, or the admin client is newer than the server.',
      fix: `Remove ${field ? `"${field}"` : 'the field'} from the file, or use the Keycloak version that exported it.\nTo use it as a realm: ${command('up', { realmFile: '<file>' })}`,
    }),
    link: LINKS.importExport,
  },
  {
    id: 'import-not-json',
    topic: 'machine',
    cause: 'realm-import',
    example:
      "JsonParseException: Unexpected character ('}' (code 125)): was expecting double-quote to start field name",
    text: [
      /(?:JsonParseException|JsonEOFException|MismatchedInputException): (?!Unexpected character \('<'|Unrecognized token|No content)(?<reason>[^\n:]{1,80})(?:.{0,300}?\bline: (?<line>\d+))?/,
    ],
    vague: 'topic',
    covers: ['environment'],
    culprit: ({ line }) => line && `line ${line}`,
    explain: ({ reason }, line) => ({
      what: `A file is not valid JSON${line ? ` (${line})` : ''}.`,
      why: `${reason ? `The parser says: ${reason}. ` : ''}At a start of Keycloak it is the realm file: a comma too many, a comment, a cut file, or a member of the wrong type.`,
      fix: `${command('up', { realmFile: '<file>' })} (checks the file and names what is wrong in it)`,
    }),
    link: LINKS.importExport,
  },
  {
    id: 'import-scripts',
    topic: 'machine',
    cause: 'realm-import',
    example:
      'KC-SERVICES0005: Unable to import realm demo from file realm.json.: java.lang.RuntimeException: Script upload is disabled',
    text: [
      /Unable to import realm (?<realm>\S+) from file (?<file>\S+?)\.?: \S+ Script upload is disabled/,
      /Script upload is disabled/,
    ],
    culprit: ({ file }) => file,
    explain: ({ realm }) => ({
      what: `The realm file${realm ? ` of "${realm}"` : ''} has policies in JavaScript.`,
      why: 'Keycloak does not take scripts from a file any more, because each administrator of a realm could run code. Exports of old sample realms have a policy of type "js".',
      fix: 'Remove the policies of type "js" in the authorizationSettings of the clients.',
    }),
    link: LINKS.importExport,
  },
  {
    id: 'import-file-unreadable',
    topic: 'machine',
    cause: 'realm-import',
    example: 'java.nio.file.AccessDeniedException: /opt/keycloak/bin/../data/import/realm.json',
    text: [
      /(?:AccessDeniedException: |(?:cannot|could not) (?:open|read) (?:file )?)'?(?<file>[^\s']*(?:import|realm)[^\s']*)/i,
      /(?<![^\s'"])(?<file>[^\s'"]*\/import\/[^\s'"]*)['"]? ?\(?:? ?Permission denied/,
    ],
    culprit: ({ file }) => file,
    explain: (_, file) => ({
      what: `Keycloak may not read the realm file${file ? ` ${file}` : ''}.`,
      why: 'In its container Keycloak runs as user 1000. The file belongs to another user and is not readable for all, or SELinux refuses the mount.',
      fix: 'chmod a+r <file>; chmod a+rx <its folder>\nWith SELinux (Fedora, RHEL, Podman): add :z to the mount, for example -v ./import:/opt/keycloak/data/import:z',
    }),
    link: LINKS.importExport,
  },
  {
    id: 'import-realm-name',
    topic: 'machine',
    cause: 'realm-import',
    example: 'java.lang.IllegalArgumentException: Session not bound to a realm',
    text: [/Session not bound to a realm/],
    explain: () => ({
      what: 'Keycloak failed on the import of a realm file.',
      why: 'Keycloak 26.0 needs a file name that is the name of its realm: demo-realm.json or demo.json for the realm "demo". Authorization settings of a client cause the same.',
      fix: `Rename the file after its realm, or use a newer Keycloak.\n${command('up', { realmFile: '<file>' })} (uses another way to import)`,
    }),
    link: LINKS.importExport,
  },
  {
    id: 'import-failed',
    topic: 'machine',
    cause: 'realm-import',
    example: 'KC-SERVICES0005: Unable to import realm demo from file /tmp/demo-realm.json.',
    text: [
      /Unable to import realm (?<realm>[^\s:]+) from file (?<file>\S+)/,
      /ImportRealmMixin\.setImportRealm|Unable to parse realm file|Failed to parse realm configuration|realm\.json \(Is a directory|Cannot construct instance of .org\.keycloak\.representations/,
      /Failed to import realm:? '?(?<realm>[\w.-]+)|Error during (?:Keycloak|realm) import/,
      /Cannot create realm '(?<realm>[^']+)'/,
    ],
    vague: 'any',
    culprit: ({ realm }) => realm,
    explain: (_, realm) => ({
      what: `The realm${realm ? ` "${realm}"` : ''} could not be imported.`,
      why: 'The rest of the line, or the first "Caused by" after it, has the reason.',
      fix: `${command('up', { realmFile: '<file>' })} (checks the file and names what is wrong in it)`,
    }),
    link: LINKS.importExport,
  },
]
