/** Saved sets of companies, which prices and notices can be aimed at as well. */
import { ref } from 'vue'
import { api, type Schemas } from '@/api/client'
import type { Choice } from '@/parts/declare'

export type Segment = Schemas['AgentsSegment']
export const segments = ref<Segment[]>([])

export async function loadSegments(): Promise<void> {
  segments.value = (await api.get('/admin/segments')).items
}

export async function segmentChoices(): Promise<Choice[]> {
  const { items } = await api.get('/admin/segments/choices')
  return items.map((one) => ({ value: one.segment_id, label: one.name }))
}
