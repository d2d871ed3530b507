import type { Plugin } from 'vite'

/** WeChat knows what an element is for by `aria-role`; a browser by `role`, as pages write it. */
export function ariaRoles(): Plugin {
  return {
    name: 'aria-roles',
    generateBundle: {
      order: 'post',
      handler(_, bundle) {
        for (const file of Object.values(bundle)) {
          if (file.type !== 'asset' || !file.fileName.endsWith('.wxml')) continue
          file.source = String(file.source).replace(/ role="/g, ' aria-role="')
        }
      },
    },
  }
}
