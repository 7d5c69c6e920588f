import type { RecordType } from "../types.ts";
import { prefixes } from "./apl.ts";
import { hash } from "./base32.ts";
import { types } from "./bitmap.ts";
import { hip, ipseckey } from "./keys.ts";
import { type Layout, layout } from "./layout.ts";
import { loc } from "./loc.ts";
import { algorithm, certificateType } from "./mnemonics.ts";
import { seconds, time, typeField, u16, u32, u8 } from "./numbers.ts";
import { params } from "./svcb.ts";
import {
  base64,
  eui,
  hex,
  ipv4,
  ipv6,
  locator64,
  name,
  nsap,
  optionalString,
  restText,
  salt,
  string,
  strings,
  tag,
} from "./values.ts";

const target = layout({ target: name });
const mailbox = layout({ mailbox: name });
const text = layout({ strings });
const service = layout({ priority: u16, target: name, params });
const delegation = layout({ keyTag: u16, algorithm, digestType: u8, digest: hex() });
const key = layout({ flags: u16, protocol: u8, algorithm, key: base64(0) });
const exchange = layout({ preference: u16, exchange: name });
const signature = layout({
  typeCovered: typeField,
  algorithm,
  labels: u8,
  originalTtl: seconds,
  expiration: time,
  inception: time,
  keyTag: u16,
  signer: name,
  signature: base64(),
});
const certificate = layout({ usage: u8, selector: u8, matchingType: u8, associationData: hex() });
const locator = { preference: u16 };

/** The fields in the data of each type, named as in the RFC that defines it. */
export const LAYOUTS: Readonly<Record<RecordType, Layout>> = {
  A: layout({ address: ipv4 }),
  AAAA: layout({ address: ipv6 }),
  AFSDB: layout({ subtype: u16, host: name }),
  APL: layout({ prefixes }),
  AVC: text,
  CAA: layout({ flags: u8, tag, value: restText }),
  CDNSKEY: key,
  CDS: delegation,
  CERT: layout({ certificateType, keyTag: u16, algorithm, certificate: base64() }),
  CNAME: target,
  CSYNC: layout({ serial: u32, flags: u16, types }),
  DHCID: layout({ digest: base64() }),
  DLV: delegation,
  DNAME: target,
  DNSKEY: key,
  DS: delegation,
  EUI48: layout({ address: eui(6) }),
  EUI64: layout({ address: eui(8) }),
  GPOS: layout({ longitude: string, latitude: string, altitude: string }),
  HINFO: layout({ cpu: string, os: string }),
  HIP: hip,
  HTTPS: service,
  IPSECKEY: ipseckey,
  ISDN: layout({ address: string, subaddress: optionalString }),
  KEY: key,
  KX: exchange,
  L32: layout({ ...locator, locator: ipv4 }),
  L64: layout({ ...locator, locator: locator64 }),
  LOC: loc,
  LP: layout({ ...locator, target: name }),
  MB: target,
  MD: target,
  MF: target,
  MG: mailbox,
  MINFO: layout({ responsible: name, errors: name }),
  MR: mailbox,
  MX: exchange,
  NAPTR: layout({
    order: u16,
    preference: u16,
    flags: string,
    services: string,
    regexp: string,
    replacement: name,
  }),
  NID: layout({ ...locator, nodeId: locator64 }),
  NINFO: text,
  NS: target,
  NSAP: layout({ address: nsap }),
  NSEC: layout({ next: name, types }),
  NSEC3: layout({ hashAlgorithm: u8, flags: u8, iterations: u16, salt, next: hash, types }),
  NSEC3PARAM: layout({ hashAlgorithm: u8, flags: u8, iterations: u16, salt }),
  OPENPGPKEY: layout({ key: base64() }),
  PTR: target,
  PX: layout({ preference: u16, map822: name, mapx400: name }),
  RESINFO: text,
  RKEY: key,
  RP: layout({ mailbox: name, text: name }),
  RRSIG: signature,
  RT: layout({ preference: u16, host: name }),
  SIG: signature,
  SMIMEA: certificate,
  SOA: layout({
    mname: name,
    rname: name,
    serial: u32,
    refresh: seconds,
    retry: seconds,
    expire: seconds,
    minimum: seconds,
  }),
  SPF: text,
  SRV: layout({ priority: u16, weight: u16, port: u16, target: name }),
  SSHFP: layout({ algorithm: u8, fingerprintType: u8, fingerprint: hex() }),
  SVCB: service,
  TALINK: layout({ previous: name, next: name }),
  TLSA: certificate,
  TXT: text,
  URI: layout({ priority: u16, weight: u16, target: restText }),
  WALLET: text,
  X25: layout({ address: string }),
  ZONEMD: layout({ serial: u32, scheme: u8, hashAlgorithm: u8, digest: hex() }),
};
