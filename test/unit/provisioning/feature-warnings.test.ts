import { describe, expect, it } from 'vitest'

import { featureWarnings } from '../../../src/provisioning/server-warnings.ts'

const NOTHING = {
  asked: [],
  overlays: [],
  features: [],
  registrationFormats: ['install', 'openid-connect'],
  version: '26.7.5',
}

describe('the warnings of server features', () => {
  it('are none where none is asked for and none is on', () => {
    expect(featureWarnings(NOTHING)).toEqual([])
    expect(featureWarnings({ ...NOTHING, asked: ['strict'], overlays: ['strict'] })).toEqual([])
    expect(featureWarnings({ ...NOTHING, features: ['resource-indicators'] })).toEqual([])
  })

  it('say which overlay was left out', () => {
    expect(
      featureWarnings({ ...NOTHING, asked: ['cimd', 'strict'], overlays: ['strict'] }),
    ).toMatchInlineSnapshot(`
      [
        "The overlay "cimd" was left out: that Keycloak runs without --features=cimd.",
      ]
    `)
  })

  it('say that a realm has lost its feature, once', () => {
    const both = { asked: ['resource-indicators'], overlays: ['resource-indicators'] }
    expect(featureWarnings({ ...NOTHING, ...both })).toMatchInlineSnapshot(`
      [
        "The realm was made with the overlay "resource-indicators", but that Keycloak runs without --features=resource-indicators now.",
      ]
    `)
  })

  it('say what changes for programs with documents of their own', () => {
    const situation = { ...NOTHING, asked: ['cimd'], overlays: ['cimd'], features: ['cimd'] }
    expect(featureWarnings(situation)).toEqual([
      expect.stringMatching(
        /Claude Code, .*Goose register .* from the internet \(www\.mcpjam\.com, claude\.ai, /,
      ),
      expect.stringMatching(/Claude Desktop.+ 26\.7\.5 \(keycloak#50362/),
    ])
    expect(featureWarnings({ ...situation, version: '26.8.0' })).toHaveLength(1)
  })

  it('say so in a realm of the same server that takes no documents', () => {
    expect(featureWarnings({ ...NOTHING, features: ['cimd'] })).toEqual([
      expect.stringContaining('Claude Code, '),
    ])
  })

  it("say that clients may register in Keycloak's own format, and how to close that", () => {
    expect(featureWarnings({ ...NOTHING, registrationFormats: ['default', 'openid-connect'] })).toEqual([
      expect.stringContaining('--spi-client-registration--default--enabled=false'),
    ])
  })
})
