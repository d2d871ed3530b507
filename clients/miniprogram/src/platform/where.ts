/** Whether this is the WeChat mini-program; the build makes a constant of it. */
export const IN_WEIXIN = process.env.UNI_PLATFORM === 'mp-weixin'
