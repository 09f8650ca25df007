import type { Admin } from '../../../src/keycloak/admin.ts'

const POLICIES = 'org.keycloak.services.clientregistration.policy.ClientRegistrationPolicy'

/** Does to a realm what a person does in the admin console: adds, changes and removes something of each kind. */
export async function clickAbout(admin: Admin, realm: string): Promise<void> {
  await settings(admin, realm)
  const shop = await clients(admin, realm)
  await people(admin, realm, shop)
  await policies(admin, realm)
}

async function settings(admin: Admin, realm: string): Promise<void> {
  await admin.realms.update(
    { realm },
    {
      displayName: 'Clicked',
      accessTokenLifespan: 77,
      eventsListeners: [],
      smtpServer: { host: 'mail.test', from: 'a@b.test', auth: 'true', user: 'u', password: 'very-secret' },
    },
  )
  await admin.authenticationManagement.copyFlow({ realm, flow: 'browser', newName: 'my browser' })
  await admin.realms.update({ realm }, { browserFlow: 'my browser' })
  const alias = 'CONFIGURE_TOTP'
  const action = await admin.authenticationManagement.getRequiredActionForAlias({ realm, alias })
  await admin.authenticationManagement.updateRequiredAction({ realm, alias }, { ...action, enabled: false })
  await admin.identityProviders.create({
    realm,
    alias: 'hub',
    providerId: 'oidc',
    enabled: true,
    config: {
      clientId: 'a',
      clientSecret: 'very-secret',
      authorizationUrl: 'https://a.test/a',
      tokenUrl: 'https://a.test/t',
    },
  })
}

async function clients(admin: Admin, realm: string): Promise<string> {
  const { id } = await admin.clients.create({
    realm,
    clientId: 'shop',
    redirectUris: ['https://shop.test/*'],
    serviceAccountsEnabled: true,
  })
  await admin.clients.createRole({ realm, id, name: 'buyer' })
  await admin.clients.create({ realm, clientId: 'spa', publicClient: true })
  const scope = await admin.clientScopes.create({ realm, name: 'orders:read', protocol: 'openid-connect' })
  await admin.clientScopes.addDefaultOptionalClientScope({ realm, id: scope.id })
  const [mcpClient] = await admin.clients.find({ realm, clientId: 'mcp-client' })
  await admin.clients.update(
    { realm, id: mcpClient?.id ?? '' },
    { ...mcpClient, redirectUris: ['http://localhost:9999/callback'], consentRequired: true },
  )
  const [account] = await admin.clients.find({ realm, clientId: 'account' })
  await admin.clients.update({ realm, id: account?.id ?? '' }, { ...account, description: 'touched' })
  return id
}

async function people(admin: Admin, realm: string, shop: string): Promise<void> {
  await admin.roles.create({ realm, name: 'boss' })
  const [boss, buyer, own] = await Promise.all([
    admin.roles.findOneByName({ realm, name: 'boss' }),
    admin.clients.findRole({ realm, id: shop, roleName: 'buyer' }),
    admin.roles.findOneByName({ realm, name: 'admin' }),
  ])
  const role = ({ id = '', name = '' } = {}) => ({ id, name })
  await admin.roles.createComposite({ realm, roleId: boss?.id ?? '' }, [own ?? {}])
  const profile = await admin.users.getProfile({ realm })
  const shoe = { name: 'shoe', permissions: { view: ['admin'], edit: ['admin'] } }
  await admin.users.updateProfile({ realm, ...profile, attributes: [...(profile.attributes ?? []), shoe] })
  const carol = await admin.users.create({
    ...{ realm, username: 'carol', enabled: true, email: 'carol@shop.test', firstName: 'C', lastName: 'D' },
    attributes: { shoe: ['43'] },
    credentials: [{ type: 'password', value: 'very-secret' }],
  })
  await admin.users.addRealmRoleMappings({ realm, id: carol.id, roles: [role(boss)] })
  await admin.users.addClientRoleMappings({
    realm,
    id: carol.id,
    clientUniqueId: shop,
    roles: [role(buyer ?? undefined)],
  })
  const staff = await admin.groups.create({ realm, name: 'staff' })
  await admin.groups.addRealmRoleMappings({ realm, id: staff.id, roles: [role(boss)] })
  await admin.users.addToGroup({ realm, id: carol.id, groupId: staff.id })
  const [testadmin] = await admin.users.find({ realm, username: 'testadmin' })
  await admin.users.del({ realm, id: testadmin?.id ?? '' })
  const [testuser] = await admin.users.find({ realm, username: 'testuser' })
  await admin.users.update({ realm, id: testuser?.id ?? '' }, { ...testuser, firstName: 'Tess' })
}

async function policies(admin: Admin, realm: string): Promise<void> {
  const all = await admin.components.find({ realm, type: POLICIES })
  const id = (provider: string) =>
    all.find(({ providerId, subType }) => providerId === provider && subType === 'anonymous')?.id ?? ''
  const hosts = all.find(({ providerId }) => providerId === 'trusted-hosts')
  await admin.components.update(
    { realm, id: id('trusted-hosts') },
    { ...hosts, config: { ...hosts?.config, 'trusted-hosts': ['localhost', 'my.test'] } },
  )
  await admin.components.del({ realm, id: id('consent-required') })
}
