import { concat } from "../../core/mod.ts";
import { Http2Error, violation } from "../codec/http2/errors.ts";
import { FLAG, FRAME, type Frame } from "../codec/http2/frame.ts";
import { type HeaderBlock, type HeaderBlockLimits, HpackDecoder } from "../codec/http2/hpack_decoder.ts";
import { sizeError } from "./size_error.ts";
import { unpadded } from "./unpadded.ts";

/** Frames of one header block. */
const MAX_BLOCK_FRAMES = 32;
const PRIORITY_BYTES = 5;

/** A whole header block with its stream. */
export interface ReceivedHeaders extends HeaderBlock {
  /** The stream. */
  readonly stream: number;
  /** Whether it is the last of its stream. */
  readonly endStream: boolean;
}

/** A header block that is not whole. */
interface OpenBlock {
  readonly stream: number;
  readonly endStream: boolean;
  readonly pieces: Uint8Array[];
  size: number;
}

/** Header blocks of one direction of a connection (RFC 9113 §4.3): joins HEADERS and CONTINUATION, and decodes them. */
export class HeaderBlocks {
  readonly #limits: HeaderBlockLimits;
  readonly #decoder = new HpackDecoder();
  #block?: OpenBlock;

  /** Creates them; `limits.size` also bounds a block before it is decoded. */
  constructor(limits: HeaderBlockLimits) {
    this.#limits = limits;
  }

  /** Whether a block has begun that is not whole. */
  get open(): boolean {
    return this.#block !== undefined;
  }

  /**
   * Checks that a frame may come now: nothing interrupts a block.
   *
   * @throws {Http2Error} `PROTOCOL_ERROR`.
   */
  checkOrder({ type, stream }: Frame): void {
    if (this.#block && (type !== FRAME.CONTINUATION || stream !== this.#block.stream)) {
      throw violation("a frame interrupts a header block");
    }
  }

  /**
   * Begins a block with HEADERS, and returns it if it is whole.
   *
   * @throws {Http2Error} Of the connection.
   */
  begin(frame: Frame): ReceivedHeaders | undefined {
    const { stream, flags } = frame;
    if (stream % 2 === 0) throw violation("HEADERS on an even stream");
    let piece = unpadded(frame);
    if (flags & FLAG.PRIORITY) {
      if (piece.length < PRIORITY_BYTES) throw sizeError("HEADERS");
      piece = piece.subarray(PRIORITY_BYTES);
    }
    return this.#add({ stream, endStream: (flags & FLAG.END_STREAM) !== 0, pieces: [], size: 0 }, piece, flags);
  }

  /**
   * Adds CONTINUATION, and returns the block if it is whole.
   *
   * @throws {Http2Error} Of the connection.
   */
  continue({ payload, flags }: Frame): ReceivedHeaders | undefined {
    if (!this.#block) throw violation("CONTINUATION without HEADERS");
    return this.#add(this.#block, payload, flags);
  }

  #add(block: OpenBlock, piece: Uint8Array, flags: number): ReceivedHeaders | undefined {
    const whole = (flags & FLAG.END_HEADERS) !== 0;
    block.size += piece.length;
    if (block.size > this.#limits.size || block.pieces.length >= MAX_BLOCK_FRAMES) {
      throw new Http2Error("ENHANCE_YOUR_CALM", "a header block is too large");
    }
    this.#block = whole ? undefined : block;
    // What a frame lies in changes with the next read.
    block.pieces.push(whole ? piece : piece.slice());
    if (!whole) return undefined;
    const bytes = block.pieces.length === 1 ? piece : concat(block.pieces);
    const { stream, endStream } = block;
    return { stream, endStream, ...this.#decoder.decode(bytes, this.#limits) };
  }
}
