import type { ApiError } from '@shared/client'

/** A short word to the person. */
export function toast(title: string): void {
  uni.showToast({ title, icon: 'none', duration: Math.min(4000, 1500 + title.length * 60) })
}

/** What went wrong, with the first of the fields it belongs to: that field may be out of sight, or not on the page. */
export function tell({ message, fields }: ApiError): void {
  const [first] = Object.values(fields)
  toast(first && first !== message ? `${message}：${first}` : message)
}

/** Ask before something that cannot be undone, or that should be read first. */
export function confirm(title: string, content = '', confirmText = '确定', cancelText = '取消'): Promise<boolean> {
  const { theme, osTheme } = uni.getSystemInfoSync()
  const isDark = (theme ?? osTheme) === 'dark'
  return new Promise((resolve) =>
    uni.showModal({
      title,
      content,
      confirmText,
      cancelText,
      confirmColor: isDark ? '#8cc3af' : '#2f5d50', // the brand, where no custom property reaches
      success: (answer) => resolve(answer.confirm),
      fail: () => resolve(false),
    }),
  )
}
