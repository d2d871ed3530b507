import type { Schemas } from '@/api'

/** What the person did in the sheet. Only the server knows whether money arrived. */
export type SheetResult = 'done' | 'cancelled' | 'failed' | 'no_sheet'

/** Open WeChat's payment sheet; `no_sheet` in a browser, where the page shows its own cashier. */
export function requestPayment(parameters: Schemas['PaymentsWechatParameters']): Promise<SheetResult> {
  return new Promise((resolve) => {
    // #ifdef MP-WEIXIN
    wx.requestPayment({
      timeStamp: parameters.timeStamp,
      nonceStr: parameters.nonceStr,
      package: parameters.package,
      signType: parameters.signType,
      paySign: parameters.paySign,
      success: () => resolve('done'),
      fail: ({ errMsg }) => resolve(/cancel/.test(errMsg) ? 'cancelled' : 'failed'),
    })
    // #endif
    // #ifndef MP-WEIXIN
    resolve(parameters.package ? 'no_sheet' : 'failed')
    // #endif
  })
}
