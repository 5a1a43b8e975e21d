import { placeBoxes, type ToPlace } from './layout'

/** Answers each message with its number, so that a late answer is not taken for a newer one. */
self.onmessage = ({ data }: MessageEvent<{ id: number; toPlace: ToPlace }>) => {
  self.postMessage({ id: data.id, placed: placeBoxes(data.toPlace) })
}
