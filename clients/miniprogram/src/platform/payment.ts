import type { Schemas } from '@/api'
import { IN_WEIXIN } from './where'
// #ifdef H5
import { SHOP_ADDRESS } from '@/api/address'
import { queryOf } from '@shared/client'
// #endif

/** What the person did in the sheet; `left` is on the way to a cashier. Only the server knows whether money arrived. */
export type SheetResult = 'done' | 'cancelled' | 'failed' | 'left' | 'no_sheet'

/** Open WeChat's payment sheet; in a browser the demo cashier, which comes back to a page, where there is one. */
export function requestPayment(parameters: Schemas['PaymentsWechatParameters'], comeBackTo: string): Promise<SheetResult> {
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
    // #ifdef H5
    const cashier = `${SHOP_ADDRESS}/dev/cashier${queryOf({ ...parameters, return_url: pageAddress(comeBackTo) })}`
    uni.request({
      url: `${SHOP_ADDRESS}/dev/payments`, // what is deployed has no such page
      success: ({ statusCode }) => {
        if (statusCode !== 200) return resolve('no_sheet')
        location.href = cashier
        resolve('left')
      },
      fail: () => resolve('no_sheet'),
    })
    // #endif
  })
}

/** Whether `leaveFor` can do something here. */
export const canLeave = !IN_WEIXIN

/** Go to the bank's cashier with its form. */
export function leaveFor(form: Schemas['PaymentsCashierForm']): void {
  // #ifdef H5
  const element = document.createElement('form')
  element.method = 'post'
  element.action = form.action
  for (const [name, value] of Object.entries(form.fields)) {
    const field = document.createElement('input')
    Object.assign(field, { type: 'hidden', name, value })
    element.append(field)
  }
  document.body.append(element)
  element.submit()
  // #endif
}

// #ifdef H5
const pageAddress = (path: string) => `${location.origin}${location.pathname}#${path}`
// #endif
