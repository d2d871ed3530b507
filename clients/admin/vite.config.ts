import vue from '@vitejs/plugin-vue'
import { fileURLToPath } from 'node:url'
import Components from 'unplugin-vue-components/vite'
import { ElementPlusResolver } from 'unplugin-vue-components/resolvers'
import { defineConfig } from 'vitest/config'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const shop = process.env.SHOP_ADDRESS ?? 'http://127.0.0.1:8000'

export default defineConfig({
  base: '/admin-console/',
  plugins: [
    vue(),
    Components({
      dirs: ['src/parts'],
      dts: process.env.VITEST ? false : 'src/components.d.ts',
      resolvers: process.env.VITEST ? [] : [ElementPlusResolver()],
    }),
  ],
  resolve: { alias: { '@': here('./src'), '@shared': here('../shared') } },
  build: { target: 'es2022', manifest: true, chunkSizeWarningLimit: 1200 },
  server: { proxy: { '/admin/': shop, '/shop': shop, '/public': shop } },
  test: { environment: 'jsdom', include: ['tests/**/*.test.ts'] },
})
