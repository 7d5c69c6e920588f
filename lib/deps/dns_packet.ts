/**
 * `dns-packet`: writes DNS messages. Its reader is not used: it joins labels without escaping the dots in them, takes
 * their bytes for UTF-8, and reads beyond the length that a record says it has (see `lib/dns/codec/`).
 * Permissions at load: none. Licence: MIT.
 * @module
 */
// @ts-types="./dns_packet.d.ts"
export {
  AUTHORITATIVE_ANSWER,
  encode,
  type Packet,
  type PacketRecord,
  RECURSION_AVAILABLE,
  RECURSION_DESIRED,
  TRUNCATED_RESPONSE,
} from "npm:dns-packet@5.6.1";
