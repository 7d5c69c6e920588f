/** A record as it lies in a message. */
export interface RawRecord {
  /** Owner name. */
  readonly name: string;
  /** Number of the type. */
  readonly type: number;
  /** Number of the class; of EDNS the size of datagrams. */
  readonly class: number;
  /** TTL; of EDNS flags. */
  readonly ttl: number;
  /** Data, without compression. */
  readonly rdata: Uint8Array;
}
