/** What the device and WeChat can do. In the mini-program it is real; in a browser each function has a twin that says so. */
export * from './account'
export * from './browser'
export * from './device'
export * from './messages'
export * from './payment'
export * from './share'
export * from './upload'
