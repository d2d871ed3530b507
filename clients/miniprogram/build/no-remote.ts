import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Plugin } from 'vite'

const BEACON = /isFunction\(wx\.preloadAssets\)/
const FONT = /src:\s*(?:url\(["']?https:\/\/at\.alicdn\.com\/[^)]*\)\s*format\([^)]*\)[,;]?\s*)+/g
const SHADOW = /url\(["']?https:\/\/cdn\.dcloud\.net\.cn\/img\/shadow-[a-z]+\.png["']?\)/g

/**
 * Keeps the client away from hosts that are not the shop's: the framework's tracking image and shadow, and the
 * component library's icon font, which the mini-program gets inside its style sheet (wxss loads no local fonts).
 */
export function noRemote(): Plugin {
  const file = createRequire(import.meta.url).resolve('wot-design-uni/components/wd-icon/wd-icons.ttf')
  const font = `src:url("data:font/ttf;base64,${readFileSync(file).toString('base64')}") format("truetype");`
  const replacement = process.env.UNI_PLATFORM === 'h5' ? '' : font
  return {
    name: 'no-remote',
    enforce: 'pre',
    transform(code, id) {
      if (!id.includes('uni-mp-weixin') || !BEACON.test(code)) return undefined
      return { code: code.replace(BEACON, 'false'), map: null }
    },
    generateBundle: {
      order: 'post',
      handler(_, bundle) {
        for (const file of Object.values(bundle)) {
          if (file.type !== 'asset' || typeof file.source !== 'string') continue
          file.source = file.source.replace(SHADOW, 'none').replace(FONT, replacement)
        }
      },
    },
  }
}
