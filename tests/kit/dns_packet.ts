/**
 * `dns-packet`, a second opinion on DNS messages, with types.
 * @module
 */
// @ts-types="./dns_packet.d.ts"
export { decode, encode, type Packet, type PacketRecord } from "npm:dns-packet@5.6.1";
