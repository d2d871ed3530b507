import { expect, it, vi } from 'vitest'
import { ApiError } from '@shared/client'
import { tell } from '@/composables/feedback'
import { decoded } from '@/composables/navigation'

const errors = [{ field: 'size', message: '文件不能超过 5 MB' }]

it.each([
  [{ title: '文件类型或大小不符合要求', errors }, '文件类型或大小不符合要求：文件不能超过 5 MB'],
  [{ title: '文件不能超过 5 MB', errors }, '文件不能超过 5 MB'],
  [{ title: '库存不足', detail: '滇红仅剩 3 盒' }, '滇红仅剩 3 盒'],
])('tells a failure with what is wrong in it', (problem, said) => {
  const showToast = vi.fn()
  vi.stubGlobal('uni', { showToast })
  tell(new ApiError(422, problem))
  expect(showToast).toHaveBeenCalledWith(expect.objectContaining({ title: said }))
})

it.each([
  ['%E6%BB%87%E7%BA%A2', '滇红'],
  ['滇红', '滇红'],
  ['50%', '50%'],
  [undefined, ''],
])('reads %s from the address of a page', (value, text) => expect(decoded(value)).toBe(text))
