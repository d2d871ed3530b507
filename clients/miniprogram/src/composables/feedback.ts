/** A short word to the person. */
export function toast(title: string): void {
  uni.showToast({ title, icon: 'none', duration: Math.min(4000, 1500 + title.length * 60) })
}

/** Ask before something that cannot be undone, or that should be read first. */
export function confirm(title: string, content = '', confirmText = '确定', cancelText = '取消'): Promise<boolean> {
  return new Promise((resolve) =>
    uni.showModal({
      title,
      content,
      confirmText,
      cancelText,
      confirmColor: '#2f5d50',
      success: (answer) => resolve(answer.confirm),
      fail: () => resolve(false),
    }),
  )
}
