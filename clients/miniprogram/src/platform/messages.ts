/**
 * Ask whether WeChat may bring messages of these templates; gives the accepted ones. Must be called from a tap.
 * In a browser there are none to accept.
 */
export function requestSubscriptions(templateIds: string[]): Promise<string[]> {
  return new Promise((resolve) => {
    // #ifdef MP-WEIXIN
    const tmplIds = templateIds.slice(0, 3) // WeChat shows three at a time
    if (!tmplIds.length) return resolve([])
    wx.requestSubscribeMessage({
      tmplIds,
      success: (answer) => resolve(tmplIds.filter((id) => answer[id] === 'accept')),
      fail: () => resolve([]),
    })
    // #endif
    // #ifndef MP-WEIXIN
    resolve(templateIds.slice(0, 0))
    // #endif
  })
}
