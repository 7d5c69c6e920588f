import { assertEquals } from "@std/assert";
import { kernelDrops } from "../../../lib/udp/internal.ts";
import type { Address } from "../../../lib/core/mod.ts";

const HEAD =
  "   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops";
const row = (local: string, drops: number) =>
  `11291: ${local} 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 9231168 2 000000005b68fd91 ${drops}  `;
const ip = (host: string, port: number): Address => ({ transport: "ip", host, port });

const TABLE = [
  HEAD,
  row("0100007F:4C63", 14_576),
  row("00000000:0035", 3),
  row("0100007F:0035", 4),
  row("EF010203:1F90", 1),
  row("EF010203:1F90", 2),
  row("B80D0120000000000000000001000000:2328", 7),
  row("00000000000000000000000000000000:2328", 8),
].join("\n");

const ROWS: readonly (readonly [address: Address, drops: number | undefined])[] = [
  [ip("127.0.0.1", 19_555), 14_576],
  [ip("0.0.0.0", 53), 3],
  [ip("127.0.0.1", 53), 4],
  [ip("127.0.0.1", 54), undefined],
  // Two sockets share it: the right one cannot be determined.
  [ip("3.2.1.239", 8080), undefined],
  [ip("2001:db8::1", 9000), 7],
  [ip("::", 9000), 8],
  [{ transport: "unix", path: "/tmp/s" }, undefined],
];

for (const [address, drops] of ROWS) {
  Deno.test(`kernel drops of ${JSON.stringify(address)}: ${drops}`, () =>
    assertEquals(kernelDrops(TABLE, address), drops));
}

Deno.test("kernelDrops: returns nothing for other text", () => {
  for (const text of ["", "hello\n", HEAD, `${HEAD}\n  1: 0100007F:4C63 00000000:0000 07\n`]) {
    assertEquals(kernelDrops(text, ip("127.0.0.1", 19_555)), undefined);
  }
});
