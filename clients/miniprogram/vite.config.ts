import { fileURLToPath, URL } from 'node:url'
import { defineConfig, type ProxyOptions } from 'vite'
import plugin from '@dcloudio/vite-plugin-uni'
import { ariaRoles } from './build/aria-roles'
import { noRemote } from './build/no-remote'

// As an ES module the plugin's default export sits one level deeper.
const uni = (plugin as unknown as { default?: typeof plugin }).default ?? plugin

const target = process.env.SHOP ?? 'http://127.0.0.1:8000'
/** Paths of pages and of the interface look alike: the client's calls, and only they, ask for JSON. */
const shop: ProxyOptions = { target, bypass: ({ headers, url }) => (headers.accept === 'application/json' ? null : url) }

export default defineConfig({
  plugins: [noRemote(), ariaRoles(), uni({ vueOptions: { script: { propsDestructure: true } } })],
  resolve: {
    alias: { '@shared': fileURLToPath(new URL('../shared', import.meta.url)) },
  },
  server: {
    fs: { allow: ['..'] },
    proxy: { '^/(public|dev)/': { target }, '^/': shop },
  },
})
