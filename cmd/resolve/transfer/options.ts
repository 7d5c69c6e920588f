import { flag, kind, option } from "../../../lib/cli/mod.ts";

const SERVER = { with: ["server"] } as const;
const RECORDS = ["type", "ipv4", "ipv6", "tcp", "attempts", "search", "cookie", "client-cookie"] as const;

/** Options of transfers of zones. */
export const TRANSFER = {
  "axfr": flag("transfer whole zones, and print them as zone files", { ...SERVER, without: [...RECORDS, "ixfr"] }),
  "ixfr": option(kind.integer(0, 4_294_967_295), "transfer the changes of zones since this serial number", {
    ...SERVER,
    without: [...RECORDS],
  }),
  "tsig": option(kind.file, "file with the key that signs transfers (RFC 8945)", {
    ...SERVER,
    reads: true,
    startup: true,
    more: 'One key, as key "NAME" { algorithm hmac-sha256; secret "BASE64"; }; or as a line ALGORITHM:NAME:BASE64. ' +
      "The algorithms are hmac-sha256, hmac-sha384 and hmac-sha512.",
  }),
} as const;
