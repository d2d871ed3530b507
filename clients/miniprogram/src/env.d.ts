/// <reference types="vite/client" />

interface ImportMetaEnv {
  /** Where the mini-program finds the interface; H5 uses its own origin. */
  readonly VITE_SHOP_ADDRESS?: string
}

declare module '*.vue' {
  import type { DefineComponent } from 'vue'
  const component: DefineComponent<{}, {}, unknown>
  export default component
}

/** What is used of WeChat's own functions, where uni has none. */
declare const wx: {
  requirePrivacyAuthorize(options: WechatOptions): void
  openPrivacyContract(options: WechatOptions): void
  requestPayment(
    options: WechatOptions & { timeStamp: string; nonceStr: string; package: string; signType: string; paySign: string },
  ): void
  requestSubscribeMessage(options: WechatOptions<Record<string, string>> & { tmplIds: string[] }): void
  chooseAddress(options: WechatOptions<WechatAddress>): void
}

interface WechatOptions<T = unknown> {
  success?: (answer: T) => void
  fail?: (failure: { errMsg: string }) => void
}

interface WechatAddress {
  userName: string
  telNumber: string
  provinceName: string
  cityName: string
  countyName: string
  nationalCode?: string
  detailInfo: string
}
