import { command } from '../../config/command.ts'
import type { KnownFailure } from '../known-failure.ts'
import { LINKS } from '../links.ts'

/** Failures of the machine, of containers and of the import at their start. */
export const MACHINE_FAILURES: readonly KnownFailure[] = [
  {
    id: 'container-unhealthy',
    topic: 'machine',
    vague: 'any',
    cause: 'health-check',
    example: 'dependency failed to start: container keycloak is unhealthy',
    text: [
      /container (?<container>\S+) is unhealthy/,
      /\((?<state>unhealthy)\)/,
      /(?:[Rr]eadiness|[Ll]iveness|[Ss]tartup) probe (?:failed|errored)|failed (?:startup|readiness|liveness) probe/,
      /\bcurl: (?:command )?not found|exec: "(?:curl|wget)": executable file not found/,
    ],
    covers: ['host-unreachable'],
    culprit: ({ container }) => container,
    explain: () => ({
      what: 'The health check of the container fails, although Keycloak may work.',
      why: "Keycloak's image has no curl. Since version 25, health is on port 9000, and only with KC_HEALTH_ENABLED=true. A first start can take longer than the probe waits.",
      fix: `Use the health check from compose/keycloak.yaml, or use a managed instance: ${command('up')}`,
    }),
    link: LINKS.unhealthy,
  },
  {
    id: 'container-not-ready',
    topic: 'machine',
    cause: 'health-check',
    example: 'ContainerLaunchException: Timed out waiting for log output matching',
    text: [/Timed out waiting for (?:URL to be accessible|log output matching|container port)/],
    vague: 'topic',
    explain: () => ({
      what: 'The test gave up on the container before it was ready.',
      why: 'Keycloak still starts, has too little memory, or ended with an error. Since version 25, health is on port 9000, so the module for Testcontainers must fit the version.',
      fix: 'docker logs <container> (has the reason)\nRaise the start-up timeout, and update the module.',
    }),
    link: LINKS.unhealthy,
  },
  {
    id: 'java-missing',
    topic: 'machine',
    cause: 'environment',
    example: '/opt/keycloak/bin/kc.sh: line 12: java: command not found',
    text: [
      /\bjava: (?:command )?not found|JAVA_HOME (?:is not set|is not defined|environment variable is not)/i,
      /[Uu]nable to locate a Java Runtime|'java' is not recognized as an internal/,
    ],
    explain: () => ({
      what: 'There is no Java for Keycloak.',
      why: 'The script kc.sh uses JAVA_HOME, and then the first java of PATH.',
      fix: `Install a JDK, 21 or 25: https://adoptium.net, and set JAVA_HOME.\nOr start Keycloak in Docker: ${command('up', { runtime: 'compose' })}`,
    }),
    link: LINKS.configuration,
  },
  {
    id: 'image-for-another-processor',
    topic: 'machine',
    vague: 'any',
    cause: 'environment',
    example: 'exec /opt/keycloak/bin/kc.sh: exec format error',
    text: [
      /exec format error|\bSIGILL\b|fatal error has been detected by the Java Runtime|CPU does not support x86-64-v\d|platform \((?<image>[\w/]+)\) does not match the detected host platform \((?<host>[\w/]+)\)/,
      /no matching manifest for (?<host>[\w/]+)/,
    ],
    culprit: ({ host }) => host,
    explain: ({ image }, host) => ({
      what: `The image is for another processor${image ? ` (${image})` : ''} than that of this machine${host ? ` (${host})` : ''}.`,
      why: 'It was built or pulled on a machine with another processor, such as an Apple one. A virtual machine may also hide what the processor can. An emulated Keycloak starts many times slower.',
      fix: 'docker pull --platform linux/<arm64 or amd64> <image>\nJava ends with SIGILL on an Apple M4: JAVA_OPTS_APPEND=-XX:UseSVE=0, or a newer image.\nFor an image of your own: docker build --platform linux/<arm64 or amd64> .',
    }),
    link: LINKS.containers,
  },
  {
    id: 'docker-unreachable',
    topic: 'machine',
    cause: 'environment',
    example:
      'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?',
    text: [
      /Cannot connect to the Docker daemon|failed to connect to the docker API|Could not find a (?:valid Docker environment|working container runtime strategy)/i,
      /Is the docker daemon running|error during connect: .{0,60}docker|dial unix \S*docker\.sock|Docker Desktop is not running/i,
    ],
    explain: () => ({
      what: 'Docker does not answer.',
      why: 'Docker is not running, or DOCKER_HOST or the context of Docker names another engine.',
      fix: `Start Docker, and check it with: docker info\nOr run Keycloak without Docker: ${command('up', { runtime: 'java' })}`,
    }),
    link: LINKS.docker,
  },
  {
    id: 'docker-not-permitted',
    topic: 'machine',
    cause: 'environment',
    example: 'permission denied while trying to connect to the Docker daemon socket',
    text: [/permission denied while trying to connect to the [Dd]ocker/],
    explain: () => ({
      what: 'Your user may not use Docker.',
      why: 'The socket of Docker belongs to root and the group "docker".',
      fix: `sudo usermod -aG docker "$USER" (then log in again)\nOr run Keycloak without Docker: ${command('up', { runtime: 'java' })}`,
    }),
    link: LINKS.docker,
  },
  {
    id: 'container-not-created',
    topic: 'machine',
    cause: 'environment',
    example: 'Error response from daemon: manifest for keycloak/keycloak:99 not found: manifest unknown',
    text: [
      /pull access denied for (?<name>[\w./:-]+)/,
      /manifest for (?<name>[\w./:-]+) not found|manifest unknown/,
      /container name "\/?(?<name>[^"]+)" is already in use/,
      /network (?<name>[\w-]+) (?:declared as external, but could )?not (?:be )?found/,
      /depends on undefined service "?(?<name>[\w-]+)/,
      /undefined (?:volume|network) (?<name>[\w-]+)/,
      /error mounting "(?<name>[^"]+)"/,
      /bind source path does not exist: (?<name>\S+)|Mounts denied/,
      /The path (?<name>\S+) is not shared/,
      /mount a directory onto a file|reached your pull rate limit|short-name "(?<name>[^"]+)" did not resolve|no configuration file provided|Unsupported Compose file version|contains an invalid type, it should be/i,
    ],
    culprit: ({ name }) => name,
    explain: (_, name) => ({
      what: `Docker did not create the container${name ? ` (${name})` : ''}.`,
      why: 'The image, the network or the service has another name, or an earlier container has it. Or a file to mount does not exist: Docker then creates a folder.',
      fix: `docker compose config (checks the file); docker ps -a (lists earlier containers)\nOr use a managed instance: ${command('up')}`,
    }),
    link: LINKS.docker,
  },
  {
    id: 'docker-missing',
    topic: 'machine',
    cause: 'environment',
    example: 'docker: command not found',
    text: [
      /\bdocker(?:-compose| compose)?: (?:command )?not found|'compose' is not a docker command|'docker' is not recognized as an internal/i,
    ],
    explain: () => ({
      what: 'Docker is not installed, or it is not in PATH.',
      why: 'In WSL, Docker Desktop must be enabled for the distribution.',
      fix: `Install Docker: https://docs.docker.com/get-started/get-docker/\nOr run Keycloak without Docker: ${command('up', { runtime: 'java' })}`,
    }),
    link: LINKS.docker,
  },
  {
    id: 'setting-missing',
    topic: 'machine',
    cause: 'environment',
    example: 'Missing required environment variable: KEYCLOAK_URL',
    text: [
      /'(?<option>quarkus\.[\w.-]+)' property must be configured|[Rr]equired variable \w+ is missing a value/,
      /Could not resolve placeholder '(?<option>[\w.-]+)'/,
      /\b(?!JAVA_HOME|AUTH_SESSION|KC_RESTART|KEYCLOAK_(?:IDENTITY|SESSION))(?<option>[A-Z][A-Z\d]*_[A-Z\d_]+)["'`]? (?:env(?:ironment)? var(?:iable)? |setting )?(?:is (?:not set|required|missing|not defined|undefined|empty)|must be (?:set|provided|defined)|not set)\b/,
      /(?:[Mm]issing|[Uu]ndefined)(?: required)? (?:env(?:ironment)? var(?:iable)?s?|setting|config(?:uration)?|option)(?::|(?= ["'`A-Z])) ["'`]?(?<option>[\w.-]+)/,
      /KeyError: '(?<option>[A-Z][A-Z\d]*_[A-Z\d_]+)'|\bMissingSecret\b|\bNO_SECRET\b|Please define a `?secret/,
      /Strategy requires an? (?<option>\w+) (?:option|or key)/,
      /"(?<option>issuerBaseURL|baseURL|clientID|secret)" is required|You must provide an .issuerBaseURL|No authority or metadataUrl configured|Provide Authority, MetadataAddress/,
      /\b(?<option>[Cc]lient(?:Id|Secret|[-_]id|[-_]secret)|registrationId|issuer(?:[-_][Uu]r[il])?|Authority|jwkSetUri|tokenUri)['"`]? (?:(?:cannot|must not) be (?:empty|null|blank)|option must be provided)/,
      /Setting (?<option>[A-Z_]{4,}) not found/,
      /unsupported protocol scheme|\bMissingSchema\b|Only absolute URLs are supported|Failed to parse URL from|URI with undefined scheme|missing an 'http:\/\/' or 'https:\/\/' protocol|input: 'undefined\//,
    ],
    culprit: ({ option }) => option,
    explain: (_, option) => ({
      what: option
        ? `The program has no value for ${option}.`
        : 'A setting of the program is empty, or its URL has no "http://".',
      why: 'The process does not have it in its environment or configuration: a file that it does not read, another name, or a container without it.',
      fix: `${command('env')} (prints the values of the realm for a .env file)\nThen start the program again.`,
    }),
    link: LINKS.discovery,
  },
  {
    id: 'disk-full',
    topic: 'machine',
    cause: 'environment',
    example: 'write /var/lib/docker/tmp/layer.tar: no space left on device',
    text: [/[Nn]o space left on device|\bENOSPC\b(?!: System limit)|There is not enough space on the disk/],
    explain: () => ({
      what: 'The disk is full.',
      why: 'Images, volumes and caches of Docker often fill it. The disk of a virtual machine (Docker Desktop, WSL) has its own limit.',
      fix: 'df -h (shows which disk is full)\ndocker system df, then: docker system prune',
    }),
    link: LINKS.docker,
  },
  {
    id: 'import-skipped',
    topic: 'machine',
    cause: 'realm-import',
    vague: 'any',
    example: "Realm 'fastmcp' already exists. Import skipped",
    text: [
      /Realm '?(?<realm>[\w.-]+)'? already exists\. Import skipped/,
      /Not importing realm (?<realm>[\w.-]+) from file (?<file>\S+?)\.? +It already exists/,
    ],
    culprit: ({ realm }) => realm,
    explain: (_, realm) => ({
      what: `The realm${realm ? ` "${realm}"` : ''} already existed, so Keycloak did not read its file.`,
      why: '--import-realm never changes an existing realm, so edits of the file have no effect.',
      fix: command('reset-realm', { realm }),
    }),
    link: LINKS.importSkipped,
  },
]
