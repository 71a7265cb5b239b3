import { expect, test } from 'vitest'
import { DiskRoom } from './disk-room.ts'

test('room that is kept for one block is not given to another before it is written', async () => {
  const room = new DiskRoom()
  let kept = 0
  room.most = 10
  room.reserve(6, kept)
  expect(() => room.reserve(6, kept)).toThrow(expect.objectContaining({ code: 'NOT_ENOUGH_DISK' }))
  await room.written(6, () => Promise.resolve((kept += 6)))
  room.reserve(4, kept)
  expect(() => room.reserve(1, kept)).toThrow(expect.objectContaining({ code: 'NOT_ENOUGH_DISK' }))
})

test('room for a block that cannot be written is free again', async () => {
  const room = new DiskRoom()
  room.most = 10
  room.reserve(10, 0)
  await expect(room.written(10, () => Promise.reject(new Error('full')))).rejects.toThrow('full')
  room.reserve(10, 0)
})
