import 'element-plus/theme-chalk/base.css'
import 'element-plus/theme-chalk/el-overlay.css'
import 'element-plus/theme-chalk/el-button.css'
import 'element-plus/theme-chalk/el-input.css'
import 'element-plus/theme-chalk/el-message.css'
import 'element-plus/theme-chalk/el-message-box.css'
import 'element-plus/theme-chalk/el-notification.css'
import 'element-plus/theme-chalk/el-loading.css'
import './styles/tokens.css'
import './styles/base.css'
import './styles/print.css'
import { createApp } from 'vue'
import App from './App.vue'
import { reportFailure } from './parts/say'
import { router } from './router'

const app = createApp(App).use(router)
app.config.errorHandler = (failure) => reportFailure(failure)
window.addEventListener('unhandledrejection', (event) => reportFailure(event.reason))
app.mount('#app')
