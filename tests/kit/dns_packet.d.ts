/** The part of `dns-packet` that tests use; the package ships no types. */
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
export function encode(packet: Packet): Uint8Array<ArrayBuffer>;
export function decode(bytes: Uint8Array): Required<Packet>;
