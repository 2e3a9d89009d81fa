/** What planning has to know of the machine that will run the kernels. Whoever compiles passes it in; only `sums` decides bits. */
export interface Target {
  /** Floats in one vector. */
  readonly lanes: number
  /** Vectors that the registers of a core hold. */
  readonly registers: number
  /** The first-level cache of a core: bytes of a line, sets of lines, lines in a set. */
  readonly cache: { readonly line: number; readonly sets: number; readonly ways: number }
  /** How the transformed kernels of Winograd convolutions are stored (winograd.ts). */
  readonly points: {
    /** Units side by side, as many as a micro-kernel may want to read at a time. */
    readonly panel: number
    /** Terms of a sum that are multiplied at a time, at most: what they need fits into a second-level cache. */
    readonly depth: number
  }
  readonly limits: {
    /** Operations in one kernel. */
    readonly operations: number
    /** Elements of a row that is summed by index in a thread's scratch memory. */
    readonly rowElements: number
  }
  readonly worth: {
    /** Elements that are computed again in each of several reductions rather than stored for them. */
    readonly repeating: number
    /** Bytes of memory for which threads meet once more than they have to. */
    readonly phase: number
  }
  /** Always `sumOrder`, unless results may differ from those of other targets. */
  readonly sums: SumOrder
}

/** What decides in which order long sums are added, and so the last bits of results. */
export interface SumOrder {
  /** Reductions of more elements than this are done innermost axis first, so that their rows can be shared out. */
  readonly longReduction: number
  /** Bytes of images and gradients that stay in the caches of a core while all tiles of a kernel's gradient go over them. */
  readonly cachedBytes: number
  /** About the rows and columns of a tile of a product. */
  readonly tile: TileSize
  /** Which convolutions are done by Winograd's algorithm, and how (winograd.ts). */
  readonly winograd: {
    /** Below so many channels or units, the sums before and after the products take as long as what is saved. */
    readonly fewest: number
    /** What the numbers of channels and of units are multiples of. */
    readonly multiple: { readonly channels: number; readonly units: number }
    readonly tile: TileSize
    /** Tiles that keep the threads of most machines busy; gradients of kernels with fewer are summed in parts. */
    readonly tiles: number
  }
}

export interface TileSize {
  readonly rows: number
  readonly columns: number
}

/** The order for all targets: results depend neither on the machine nor on the emitter. Chosen for machines of today. */
export const sumOrder: SumOrder = {
  longReduction: 2048,
  cachedBytes: 3 * 2 ** 20,
  tile: { rows: 132, columns: 128 },
  winograd: { fewest: 32, multiple: { channels: 8, units: 16 }, tile: { rows: 64, columns: 128 }, tiles: 4 },
}
