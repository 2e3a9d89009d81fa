/** A picture as plain bytes: row after row from the top, `channels` bytes per pixel. */
export interface Picture {
  /** In pixels. */
  readonly width: number
  /** In pixels. */
  readonly height: number
  /** 1 is grey, 3 is RGB. */
  readonly channels: 1 | 3
  /** `height * width * channels` bytes, 0 (dark) to 255 (light). */
  readonly pixels: Uint8Array
}

/** A picture that a page carries in itself. */
export interface EmbeddedPicture {
  readonly type: 'image/png' | 'image/webp'
  readonly bytes: Uint8Array
  readonly width: number
  readonly height: number
}
