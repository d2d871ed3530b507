import { ref, type Ref } from 'vue'
import { privacyAuthorised } from './account'
import { IN_WEIXIN } from './where'

/** The content of a scanned code; null when the person gave up or there is no camera to use. */
export function scan(): Promise<string | null> {
  return new Promise((resolve) => {
    // #ifdef MP-WEIXIN
    uni.scanCode({ success: ({ result }) => resolve(result), fail: () => resolve(null) })
    // #endif
    // #ifndef MP-WEIXIN
    resolve(null)
    // #endif
  })
}

/** Whether `scan` and `chooseAddress` can do something here. */
export const canScan = IN_WEIXIN
export const canChooseAddress = IN_WEIXIN

export interface ChosenAddress {
  contact_name: string
  phone: string
  province: string
  city: string
  district: string
  /** Six digits of the district. */
  code: string
  text: string
}

/** An address from the person's WeChat; null when they gave up, keep it to themselves or there is none. */
export async function chooseAddress(): Promise<ChosenAddress | null> {
  if (!(await privacyAuthorised())) return null
  return new Promise((resolve) => {
    // #ifdef MP-WEIXIN
    wx.chooseAddress({
      success: (found) =>
        resolve({
          contact_name: found.userName,
          phone: found.telNumber,
          province: found.provinceName,
          city: found.cityName,
          district: found.countyName,
          code: found.nationalCode ?? '',
          text: found.detailInfo,
        }),
      fail: () => resolve(null),
    })
    // #endif
    // #ifndef MP-WEIXIN
    resolve(null)
    // #endif
  })
}

/** Copy a text and say so. */
export function copy(text: string): void {
  uni.setClipboardData({ data: text, showToast: false, success: () => uni.showToast({ title: '已复制', icon: 'none' }) })
}

export function call(phone: string): void {
  uni.makePhoneCall({ phoneNumber: phone, fail: () => undefined })
}

const online = ref(true)
// #ifdef MP-WEIXIN
uni.onNetworkStatusChange(({ isConnected }) => (online.value = isConnected))
uni.getNetworkType({ success: ({ networkType }) => (online.value = networkType !== 'none') })
// #endif
// #ifdef H5
online.value = navigator.onLine // browsers tell of a changed connection, not always of a lost one
addEventListener('offline', () => (online.value = false))
addEventListener('online', () => (online.value = true))
// #endif

/** Whether the device has a network at all. */
export const isOnline: Readonly<Ref<boolean>> = online
