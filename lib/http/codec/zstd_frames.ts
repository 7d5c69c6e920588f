/** Part of a zstd stream that is read next. */
type State =
  | "magic"
  | "skippable-size"
  | "skippable"
  | "descriptor"
  | "header"
  | "block-header"
  | "block"
  | "checksum"
  | "garbage";

const MAGIC = 0xfd2fb528;
/** Of a skippable frame, the lower four bits left out. */
const SKIPPABLE = 0x184d2a50;

/**
 * Follows the frames and blocks of a zstd stream (RFC 8878 §3.1) without decoding it, to tell whether the stream is complete:
 * the runtime's decoder does not report one that was cut.
 */
export class ZstdFrames {
  #state: State = "magic";
  #need = 4;
  #have = 0;
  #value = 0;
  #checksum = false;
  #last = false;
  #frames = 0;

  /** Whether what has come are whole frames, at least one. */
  get complete(): boolean {
    return this.#frames > 0 && this.#state === "magic" && this.#have === 0;
  }

  /** Reads up to the end of a frame, and returns the number of bytes read. Bytes outside of a frame are left for the decoder to reject. */
  feed(bytes: Uint8Array): number {
    const frames = this.#frames;
    let at = 0;
    while (at < bytes.length && this.#frames === frames) {
      const count = Math.min(this.#need - this.#have, bytes.length - at);
      // Only numbers of up to four bytes are examined; the others are skipped.
      if (this.#need <= 4) {
        for (let i = 0; i < count; i++) this.#value += bytes[at + i] * 2 ** (8 * (this.#have + i));
      }
      at += count;
      this.#have += count;
      if (this.#have === this.#need) this.#step(this.#value);
    }
    return at;
  }

  #step(value: number): void {
    switch (this.#state) {
      case "magic":
        if (value === MAGIC) return this.#expect("descriptor", 1);
        return (value & ~15) >>> 0 === SKIPPABLE
          ? this.#expect("skippable-size", 4)
          : this.#expect("garbage", Infinity);
      case "skippable-size":
        return value === 0 ? this.#endFrame() : this.#expect("skippable", value);
      case "skippable":
        return this.#endFrame();
      case "descriptor":
        return this.#descriptor(value);
      case "header":
        return this.#expect("block-header", 3);
      case "block-header":
        return this.#block(value);
      case "block":
        return this.#afterBlock();
      case "checksum":
        return this.#endFrame();
    }
  }

  #descriptor(value: number): void {
    const single = (value & 0x20) !== 0;
    const sizeFlag = value >> 6;
    this.#checksum = (value & 0x04) !== 0;
    const dictionary = [0, 1, 2, 4][value & 3] ?? 0;
    const size = sizeFlag === 0 ? (single ? 1 : 0) : 2 ** sizeFlag;
    const length = (single ? 0 : 1) + dictionary + size;
    this.#expect("header", length);
  }

  #block(value: number): void {
    this.#last = (value & 1) !== 0;
    const size = value >> 3;
    // A run is one byte, however long it gets.
    const length = (value >> 1 & 3) === 1 ? 1 : size;
    if (length === 0) this.#afterBlock();
    else this.#expect("block", length);
  }

  #afterBlock(): void {
    if (!this.#last) this.#expect("block-header", 3);
    else if (this.#checksum) this.#expect("checksum", 4);
    else this.#endFrame();
  }

  #endFrame(): void {
    this.#frames++;
    this.#expect("magic", 4);
  }

  #expect(state: State, need: number): void {
    this.#state = state;
    this.#need = need;
    this.#have = this.#value = 0;
  }
}
