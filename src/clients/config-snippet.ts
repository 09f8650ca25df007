import { stringify } from 'smol-toml'

import type { Snippet, SnippetTarget } from '../config/snippet.ts'
import { printableJson } from '../printable.ts'
import type { ClientProfile, ConfigFile } from './client-profile.ts'

/** Builds the snippet of the entry that `--write` puts into an empty file, so that both are always equal. */
export function configSnippet(
  configFile: ConfigFile,
  target: SnippetTarget,
  platform: NodeJS.Platform,
  note?: string,
): Snippet {
  const document = configFile
    .entryPath(target)
    .reduceRight<Readonly<Record<string, unknown>>>(
      (inner, key) => ({ [key]: inner }),
      configFile.entry(target),
    )
  return {
    title: 'In the configuration file',
    language: configFile.format,
    code: configFile.format === 'json' ? printableJson(document, 2) : stringify(document).trimEnd(),
    file: configFile.path(platform),
    ...(note === undefined ? {} : { note }),
  }
}

/** Builds the snippets of a client that is set up by its configuration file alone. */
export function onlyConfigSnippet(configFile: ConfigFile, note: string): ClientProfile['snippets'] {
  return (target, platform) => [configSnippet(configFile, target, platform, note)]
}
