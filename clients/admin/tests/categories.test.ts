import { expect, test } from 'vitest'
import type { Group } from '@/pages/catalog/groups'
import { placesAfterDrop } from '@/pages/catalog/states'

const group = (group_id: string, position: number, parent_id: string | null = null) => ({ group_id, position, parent_id, version: 1 }) as Group
const [tea, wine, rice, green] = [group('tea', 0), group('wine', 1), group('rice', 2), group('green', 0, 'tea')]
const all = [tea!, wine!, rice!, green!]
const drop = (mine: Group, there: Group, place: 'before' | 'after' | 'inner') =>
  placesAfterDrop(all, mine, there, place).map(({ group: { group_id }, ...rest }) => ({ group_id, ...rest }))

test('those whose place changed are written, the others are left', () => {
  expect(drop(rice!, wine!, 'before')).toEqual([{ group_id: 'rice', position: 1, parent_id: '' }, { group_id: 'wine', position: 2 }])
})

test('a category dropped into another comes last there', () => {
  expect(drop(wine!, tea!, 'inner')).toEqual([{ group_id: 'wine', position: 1, parent_id: 'tea' }])
})

test('a category of another parent is written even at the same place', () => {
  expect(drop(green!, tea!, 'before')).toEqual([
    { group_id: 'green', position: 0, parent_id: '' },
    { group_id: 'tea', position: 1 },
    { group_id: 'wine', position: 2 },
    { group_id: 'rice', position: 3 },
  ])
})

test('nothing is written where nothing changes', () => {
  expect(drop(wine!, tea!, 'after')).toEqual([])
})
