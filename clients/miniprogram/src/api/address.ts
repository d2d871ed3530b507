import { IN_WEIXIN } from '@/platform/where'

/** Where the shop's interface and public pictures are; without a slash at the end. */
export const SHOP_ADDRESS = IN_WEIXIN ? import.meta.env.VITE_SHOP_ADDRESS || 'http://127.0.0.1:8000' : location.origin

/** The address of a picture named by its key; empty for none. */
export function pictureUrl(key: string): string {
  return key && `${SHOP_ADDRESS}/${key}`
}
