import { onShareAppMessage } from '@dcloudio/uni-app'

export interface ShareCard {
  title: string
  /** The page and its query. */
  path: string
  imageUrl?: string
}

/** What goes to a chat from this page; call it in `setup`. Cards never show a price. */
export function shareAs(card: () => ShareCard): void {
  // #ifdef MP-WEIXIN
  onShareAppMessage(card)
  // #endif
}

/** In a browser: copy the address of the page instead. */
export function shareHere(card: ShareCard): void {
  // #ifdef H5
  const address = `${location.origin}${location.pathname}#${card.path}`
  uni.setClipboardData({ data: address, showToast: false, success: () => uni.showToast({ title: '链接已复制', icon: 'none' }) })
  // #endif
}
