/** The shop's name and icon, which everybody may know. */
import { shallowRef } from 'vue'
import { api, type Schemas } from '@/api/client'

export const shop = shallowRef<Schemas['SettingsShopView'] | null>(null)

export async function loadShop(): Promise<void> {
  shop.value ??= await api.get('/shop').catch(() => null) // without it the console still works
}
