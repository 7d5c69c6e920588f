/** The part of `dns-packet` that is used here; the package ships no types. */
export interface PacketQuestion {
  name: string;
  type: string;
  class?: string;
}
export interface PacketRecord {
  name: string;
  type: string;
  class?: string;
  ttl?: number;
  data?: unknown;
  udpPayloadSize?: number;
  extendedRcode?: number;
  options?: readonly unknown[];
}
export interface Packet {
  type: "query" | "response";
  id: number;
  flags?: number;
  questions?: PacketQuestion[];
  answers?: PacketRecord[];
  authorities?: PacketRecord[];
  additionals?: PacketRecord[];
}
export const AUTHORITATIVE_ANSWER: number;
export const RECURSION_AVAILABLE: number;
export const RECURSION_DESIRED: number;
export const TRUNCATED_RESPONSE: number;
export function encode(packet: Packet): Uint8Array<ArrayBuffer>;
