import { defineStore } from 'pinia'
import { ref } from 'vue'
import { api, type Schemas } from '@/api'

const KEPT_AS = 'shop'

/** How the shop presents itself; the last known shows until the newest arrives. */
export const useShop = defineStore('shop', () => {
  const info = ref<Schemas['SettingsShopView'] | null>(uni.getStorageSync(KEPT_AS) || null)

  async function load(): Promise<void> {
    try {
      info.value = await api.get('/shop')
      uni.setStorageSync(KEPT_AS, info.value)
    } catch {
      // the last known is good enough
    }
  }

  return { info, load }
})
