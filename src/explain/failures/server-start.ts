import { command } from '../../config/command.ts'
import type { KnownFailure } from '../known-failure.ts'
import { LINKS } from '../links.ts'

/** Class files of a Java version have its number plus this one. */
const CLASS_FILE_BASE = 44

/** Settings that end the start. */
const OPTION_INVALID: KnownFailure = {
  id: 'option-invalid',
  topic: 'machine',
  cause: 'environment',
  example: "Invalid value for option 'KC_HTTP_ENABLED': yes. Expected values are: true, false",
  text: [
    /Invalid value for option '(?<option>KC_\w+)'(?:: (?<value>[^.]+)\. Expected)?/,
    /(?:option|property|variable) '(?<option>KC_\w+|kc\.[\w.-]+)' .{0,60}?(?:unknown|invalid|not allowed|not recognized)/i,
    /[Uu]nknown option: '?(?<option>-[\w-]+)/,
    /Invalid option '(?<option>[\w-]+)'/,
    /(?<![\w-])(?<option>[\w-]+) available only when /,
    /Disabled option: '?(?<option>--[\w-]+)/,
    /Profile feature '(?<option>[\w-]+)' is not|is an unrecognized feature/,
    /[Oo]ption: '(?<option>--[\w-]+)' (?:is )?not usable/,
    /Invalid value for option '(?<option>--[\w-]+)'|Unmatched arguments? /,
    /environment\.(?<option>\w+) contains \S+, which is an invalid type/,
    /ERROR: java\.util\.NoSuchElementException: No value present|^\s*- No value present/,
    /Strict hostname resolution configured but no hostname|hostname is not configured; either configure hostname|Provided hostname(?:-admin)? is (?:neither a plain hostname|not a valid URL)/,
    /Unable to determine '(?<option>[\w.-]+)' automatically/,
    /(?:run|build) time options? .{0,80}?(?:not usable|differ)|can not '\w+' the server in development mode|nknown option: 'start|option '?(?<option>--[\w-]+)'? (?:is )?not (?:expected|known|allowed|available)/i,
    /Unrecognized (?:VM )?option '?(?<option>[\w+:=-]+)|Could not create the Java Virtual Machine|Conflicting collector combinations|Error opening zip file or JAR manifest/,
  ],
  culprit: ({ option }) => option,
  explain: (_, option) => ({
    what: `A setting for the start of Keycloak is not valid${option ? `: ${option}` : ''}.`,
    why: option?.startsWith('--')
      ? 'This version of Keycloak, or this command of kc.sh, does not have the option or its value.'
      : 'Each variable of the shell that begins with KC_ is an option of Keycloak, and JAVA_OPTS reaches the JVM.',
    fix: option?.startsWith('--')
      ? `Remove ${option}, or correct its value: kc.sh start-dev --help-all (lists the options of this version)`
      : `env | grep -E "^(KC_|JAVA_)" (lists them)\nunset ${option?.startsWith('KC_') ? option : '<variable>'}`,
  }),
  link: LINKS.configuration,
}

/** Failures of kc.sh, the JVM and the database, before Keycloak answers. */
export const START_FAILURES: readonly KnownFailure[] = [
  {
    id: 'java-too-old',
    topic: 'machine',
    cause: 'java-too-old',
    example:
      'UnsupportedClassVersionError: io/quarkus/bootstrap/runner/QuarkusEntryPoint has been compiled by a more recent version of the Java Runtime (class file version 61.0)',
    text: [
      /(?<![\w/$.])(?<class>[\w/$.]+) has been compiled by a more recent version of the Java Runtime(?: \(class file version (?<needed>\d+)\.\d+\))?(?:.{0,90}?class file versions up to (?<actual>\d+)\.\d+)?/,
      /UnsupportedClassVersionError|class file has wrong version (?<needed>\d+)\.\d+, should be (?<actual>\d+)\.\d+/,
      /(?:Keycloak|kc\.(?:sh|bat)) requires (?:at least )?Java (?<java>\d+)/,
      /invalid (?:source|target) release: (?<java>\d+)/,
    ],
    culprit: ({ needed }) => needed && `Java ${Number(needed) - CLASS_FILE_BASE}`,
    explain: ({ actual, needed: classFile, java, class: name }, needed) => ({
      what: `The program needs ${needed ?? (java ? `Java ${java}` : 'a newer Java')}.`,
      why: [
        ...(classFile ? [`Its class files have version ${classFile}.0.`] : []),
        ...(actual
          ? [
              `The Java that runs is Java ${Number(actual) - CLASS_FILE_BASE} (class files up to ${actual}.0).`,
            ]
          : []),
        name?.includes('QuarkusEntryPoint') === false && name !== undefined
          ? 'The class is part of a provider or of the build, not of Keycloak.'
          : 'The script kc.sh uses JAVA_HOME, and then the first java of PATH.',
      ].join(' '),
      fix: `Set JAVA_HOME to a newer JDK, and check it with: java -version\nOr start Keycloak in Docker: ${command('up', { runtime: 'compose' })}`,
    }),
    link: LINKS.configuration,
  },
  {
    id: 'https-not-configured',
    topic: 'machine',
    cause: 'tls',
    example:
      'Key material not provided to setup HTTPS. Please configure your keys/certificates or start the server in development mode.',
    text: [/Key material not provided to setup HTTPS/],
    explain: () => ({
      what: 'Keycloak started in production mode and has no certificate.',
      why: '"start" requires https. "start-dev" does not.',
      fix: `kc.sh start-dev\nOr behind a proxy that ends TLS: kc.sh start --http-enabled=true --hostname=<url>\nOr: ${command('up')}`,
    }),
    link: LINKS.hostname,
  },
  {
    id: 'debug-port',
    topic: 'machine',
    cause: 'environment',
    example: 'ERROR: JDWP Transport dt_socket failed to initialize, TRANSPORT_INIT(510)',
    text: [
      /ERROR: transport error \d+: (?<reason>.+?)(?= ERROR:|$)/,
      /JDWP Transport dt_socket failed to initialize|AGENT_ERROR_TRANSPORT_INIT/,
    ],
    culprit: ({ reason }) => reason,
    explain: (_, reason) => ({
      what: 'The debugger of the JVM did not start, so the JVM ended.',
      why: `${reason ? `The JVM says: ${reason}. ` : ''}The variable DEBUG or DEBUG_PORT of your shell reaches kc.sh, which then opens a debug port. The port is taken, or its value is not valid.`,
      fix: 'unset DEBUG DEBUG_PORT DEBUG_SUSPEND\nOr choose a free port: DEBUG_PORT=8788',
    }),
    link: LINKS.configuration,
  },
  OPTION_INVALID,
  {
    ...OPTION_INVALID,
    id: 'option-ignored',
    example:
      'The following used run time options are UNAVAILABLE and will be ignored during build time: - http-enabled',
    text: [
      /KC-SERVICES0110: Environment variable '(?<option>\w+)' is deprecated/,
      /[Bb]uild time property cannot be changed|is build time fixed to|(?:run|build) time options? .{0,80}?(?:UNAVAILABLE|ignored|were found)/,
    ],
    vague: 'any',
  },
  {
    id: 'out-of-memory',
    topic: 'machine',
    cause: 'memory',
    example: 'java.lang.OutOfMemoryError: Java heap space',
    text: [
      /(?:java\.lang\.|^)OutOfMemoryError(?:: (?<reason>[\w ]+))?|insufficient memory for the Java Runtime|GC overhead limit exceeded|unable to create (?:new )?native thread|os::commit_memory|Not enough space(?! (?:on|left))|Cannot allocate memory/,
      /line \d+: +\d+ Killed\b|Memory cgroup out of memory|\bOOMKilled\b|Killed process \d+ \(java\)/,
      /exit(?:ed)?(?: with)?(?: code|Code"?:?| status)?:? \(?137\b/i,
    ],
    culprit: ({ reason }) => reason,
    explain: (_, reason) => ({
      what: `Keycloak has too little memory${reason ? ` (${reason})` : ''}.`,
      why: 'The system or the container ended the JVM. Keycloak takes up to 70 % of the memory of a container, and the build step is a JVM of its own.',
      fix: 'Give the container or the virtual machine at least 1 GB (Docker: --memory 1g; Docker Desktop and WSL: their settings).\nOr limit the heap: JAVA_OPTS_KC_HEAP="-Xms64m -Xmx512m"',
    }),
    link: LINKS.containers,
  },
  {
    id: 'container-exited',
    topic: 'machine',
    cause: 'memory',
    example: 'Wait strategy failed. Container exited with code 1',
    text: [/Container exited with code (?<code>\d+)/],
    vague: 'any',
    culprit: ({ code }) => code,
    explain: (_, code) => ({
      what: `The container ended before it was ready${code ? ` (exit code ${code})` : ''}.`,
      why: 'Its own log has the reason. Often the machine has too little memory for several containers at once.',
      fix: 'docker logs <container>\ndocker stats (shows the memory of each container)',
    }),
    link: LINKS.containers,
  },
  {
    id: 'locale-turkish',
    topic: 'machine',
    cause: 'locale',
    example: 'No enum constant org.keycloak.common.Profile.ProfileValue.COMMUNİTY',
    text: [/No enum constant [^\sİı]*[İı]/],
    explain: () => ({
      what: 'Keycloak does not find its own constants with a Turkish locale.',
      why: 'In Turkish the upper case of "i" is "İ".',
      fix: 'Start it with another locale: JAVA_OPTS_APPEND="-Duser.language=en -Duser.country=US"',
    }),
    link: LINKS.configuration,
  },
  {
    id: 'locale-ascii',
    topic: 'machine',
    cause: 'locale',
    example: 'java.nio.charset.MalformedInputException: Input length = 1',
    text: [
      /charset\.(?:Malformed|Unmappable)\w*Exception|Malformed input or input contains unmappable characters(?:: (?<file>\S+))?/,
      /InvalidPathException: Malformed input|setlocale: LC_\w+: cannot change locale|Setting locale failed|UnicodeEncodeError: '(?:ascii|charmap|latin-1)/,
    ],
    explain: () => ({
      what: 'Java reads or writes a file name or a text that its locale does not have.',
      why: 'With the locale C or POSIX, Java reads files as ASCII.',
      fix: 'export LC_ALL=C.UTF-8\nOr: JAVA_OPTS_APPEND="-Dfile.encoding=UTF-8 -Dsun.jnu.encoding=UTF-8"',
    }),
    link: LINKS.configuration,
  },
  {
    id: 'distribution-incomplete',
    topic: 'machine',
    cause: 'environment',
    example: 'Error: Could not find or load main class io.quarkus.bootstrap.runner.QuarkusEntryPoint',
    text: [
      /Could not find or load main class (?:io\.quarkus|org\.keycloak)|Unable to access jarfile (?:\S*(?:quarkus|keycloak)|[A-Z]:\\Program)|\bkc\.sh: not found|exec (?:user process caused|\/\S+\.sh): no such file|env: 'bash ?'?: No such file|'[A-Z]:\\Program' [^\n]{5,}/,
    ],
    explain: () => ({
      what: 'The script of Keycloak does not find Java or the files of Keycloak.',
      why: 'A blank in the path of Keycloak or in JAVA_HOME ends the path for the script, the archive was not unpacked whole, kc.sh runs from a source folder, or a script has the line ends of Windows.',
      fix: 'Unpack the archive again into a path without blanks, and set JAVA_HOME to a path without blanks.',
    }),
    link: LINKS.configuration,
  },
  {
    id: 'start-failed',
    topic: 'machine',
    cause: 'unspecified',
    example: 'ERROR: Failed to start server in (development) mode',
    text: [
      /Failed to start (?:quarkus$|server in \((?<mode>\w+)\) mode)/,
      /Failed to run '(?<mode>[\w-]+)' command/,
    ],
    vague: 'any',
    culprit: ({ mode }) => mode,
    explain: () => ({
      what: 'Keycloak did not start.',
      why: 'This line is the frame of many failures. The next lines with ERROR have the reason.',
      fix: `kc.sh --verbose start-dev (shows all causes)\n${command('doctor')}`,
    }),
    link: LINKS.configuration,
  },
]
