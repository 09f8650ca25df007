import type { Jdk } from './java/probe-java.ts'

/**
 * Variables of the user's shell that a server gets: those for programs and folders, and the proxies for its own requests.
 * Any other variable may change `kc.sh`, the JVM or Keycloak, although the user set it for another program.
 */
const PASSED_ON = new Set(
  [
    ...['PATH', 'HOME', 'USER', 'LOGNAME', 'TMPDIR', 'TZ'],
    ...['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY'],
    ...[
      'SystemRoot',
      'SystemDrive',
      'windir',
      'ComSpec',
      'PATHEXT',
      'TEMP',
      'TMP',
      'USERPROFILE',
      'USERNAME',
    ],
    ...['APPDATA', 'LOCALAPPDATA', 'PROGRAMDATA', 'PROCESSOR_ARCHITECTURE', 'NUMBER_OF_PROCESSORS', 'OS'],
    'ARCHIVE_QUIET_SECONDS', // read by start-keycloak.sh
  ].map((name) => name.toUpperCase()),
)

/**
 * The variables of a server's processes: ours, and the few of the user's shell that every program requires.
 *
 * @param shell the variables of this process
 * @param own our variables, which win
 */
export function serverEnvironment(
  shell: NodeJS.ProcessEnv,
  jdk: Pick<Jdk, 'home'>,
  own: Readonly<Record<string, string>>,
): Readonly<Record<string, string | undefined>> {
  const passedOn = Object.entries(shell).filter(([name]) => PASSED_ON.has(name.toUpperCase()))
  return {
    ...Object.fromEntries(passedOn),
    LC_ALL: 'C.UTF-8', // without UTF-8 the JVM cannot open a path with an umlaut
    JAVA_HOME: jdk.home,
    ...own,
  }
}
