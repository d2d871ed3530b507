import { pictureUrl } from '@/api/address'

const NEUTRAL = '/static/tabs/home-on.png'

/** What goes to a chat; it never shows a price. */
export interface ShareCard {
  title: string
  /** The page and its query. */
  path: string
  /** The key of a public picture. Without one WeChat would show the screen, with the company's prices. */
  picture?: string
}

/** A card as WeChat wants it, for `onShareAppMessage` of a page: the build looks for that name in the page itself. */
export function shared({ title, path, picture }: ShareCard): Page.CustomShareContent {
  return { title, path, imageUrl: picture ? pictureUrl(picture) : NEUTRAL }
}

/** In a browser: copy the address of the page instead. */
export function shareHere(card: ShareCard): void {
  // #ifdef H5
  const address = `${location.origin}${location.pathname}#${card.path}`
  uni.setClipboardData({ data: address, showToast: false, success: () => uni.showToast({ title: '链接已复制', icon: 'none' }) })
  // #endif
}
