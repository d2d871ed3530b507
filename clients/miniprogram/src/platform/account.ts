/** Who somebody is for WeChat. In a browser there is no WeChat: people sign in by password or code. */

import { IN_WEIXIN } from './where'

export const hasWechat = IN_WEIXIN

/** A code the server exchanges for the person's WeChat identity; null where there is no WeChat. */
export async function wechatCode(): Promise<string | null> {
  // #ifdef MP-WEIXIN
  const { code } = await uni.login({ provider: 'weixin' })
  return code
  // #endif
  // #ifndef MP-WEIXIN
  return null
  // #endif
}

/** What the event of `<button open-type="getPhoneNumber">` brings; null when the person declined. */
export function phoneCode(event: unknown): string | null {
  return (event as { detail?: { code?: string } }).detail?.code ?? null
}

/** Ask for consent to WeChat's privacy terms before something private is used; whether it was given. */
export function privacyAuthorised(): Promise<boolean> {
  return new Promise((resolve) => {
    // #ifdef MP-WEIXIN
    wx.requirePrivacyAuthorize({ success: () => resolve(true), fail: () => resolve(false) })
    // #endif
    // #ifndef MP-WEIXIN
    resolve(true)
    // #endif
  })
}

/** Open WeChat's page with the full privacy terms; whether it exists here. */
export function openPrivacyContract(): Promise<boolean> {
  return new Promise((resolve) => {
    // #ifdef MP-WEIXIN
    wx.openPrivacyContract({ success: () => resolve(true), fail: () => resolve(false) })
    // #endif
    // #ifndef MP-WEIXIN
    resolve(false)
    // #endif
  })
}
