/**
 * `dns-packet`, a second opinion on DNS messages, with types.
 * @module
 */
// @ts-types="./dns_packet.d.ts"
import { decode as decodeBuffer, encode, type Packet, type PacketRecord } from "npm:dns-packet@5.6.1";
import { Buffer } from "node:buffer";

export { encode, type Packet, type PacketRecord };

/** Decodes a message. */
export function decode(bytes: Uint8Array): Required<Packet> {
  return decodeBuffer(Buffer.from(bytes));
}
