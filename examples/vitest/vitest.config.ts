import { defineConfig } from 'vitest/config'

export default defineConfig({ test: { globalSetup: ['./keycloak.setup.ts'], testTimeout: 60_000 } })
