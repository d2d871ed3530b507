import { fileURLToPath, URL } from 'node:url'
import { defineConfig } from 'vite'
import plugin from '@dcloudio/vite-plugin-uni'
import { noRemote } from './build/no-remote'

// As an ES module the plugin's default export sits one level deeper.
const uni = (plugin as unknown as { default?: typeof plugin }).default ?? plugin

export default defineConfig({
  plugins: [noRemote(), uni({ vueOptions: { script: { propsDestructure: true } } })],
  resolve: {
    alias: { '@shared': fileURLToPath(new URL('../shared', import.meta.url)) },
  },
  server: {
    fs: { allow: ['..'] },
  },
})
