/** The host of a URI of any scheme, as `--trusted-host` takes it. */
export function hostOf(uri: string | undefined): string | undefined {
  if (uri === undefined || !URL.canParse(uri)) return undefined
  return new URL(uri).hostname || undefined
}
