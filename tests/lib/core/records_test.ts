import { assertEquals } from "@std/assert";
import { isWholeClientHello, parseServerHello, RecordMeter } from "../../../lib/core/tls/splice/records.ts";

const word = (value: number) => [value >> 8, value & 255];
const record = (type: number, body: readonly number[]) => [type, 3, 3, ...word(body.length), ...body];
const message = (type: number, body: readonly number[]) => [type, 0, ...word(body.length), ...body];

function serverHello(suite: number, extensions: readonly number[] = []): number[] {
  const session = [4, 1, 2, 3, 4];
  const body = [3, 3, ...Array<number>(32).fill(7), ...session, ...word(suite), 0];
  return message(2, extensions.length === 0 ? body : [...body, ...word(extensions.length), ...extensions]);
}

const VERSION_13 = [...word(43), ...word(2), 3, 4];
const RENEGOTIATION = [0xff, 1, 0, 1, 0];

Deno.test("a ServerHello tells the version and what a record costs", () => {
  const table: [string, number[], ReturnType<typeof parseServerHello>][] = [
    ["TLS 1.3", serverHello(0x1301, VERSION_13), { version: "TLSv1.3", overhead: 17 }],
    ["behind another extension", serverHello(0x1303, [...RENEGOTIATION, ...VERSION_13]), {
      version: "TLSv1.3",
      overhead: 17,
    }],
    ["TLS 1.2, GCM", serverHello(0xc02f, RENEGOTIATION), { version: "TLSv1.2", overhead: 24 }],
    ["TLS 1.2, ChaCha20", serverHello(0xcca8), { version: "TLSv1.2", overhead: 16 }],
    ["another message", message(11, [1, 2]), undefined],
    ["cut", serverHello(0xc02f).slice(0, 20), "incomplete"],
    ["nothing", [], "incomplete"],
  ];
  for (const [name, bytes, expected] of table) assertEquals(parseServerHello(bytes), expected, name);
});

Deno.test("records are counted however they are cut", () => {
  const stream = Uint8Array.from([
    ...record(22, serverHello(0x1301, VERSION_13)),
    ...record(20, [1]),
    ...record(23, Array<number>(117).fill(9)),
    ...record(21, [1, 0]),
    ...record(23, Array<number>(17).fill(9)),
    ...record(23, Array<number>(1017).fill(9)),
  ]);
  for (const size of [1, 2, 3, 5, 7, 64, stream.length]) {
    const meter = new RecordMeter();
    for (let at = 0; at < stream.length; at += size) meter.push(stream.subarray(at, at + size));
    assertEquals([meter.data, meter.negotiated?.version], [1100, "TLSv1.3"], `${size} bytes at once`);
  }
  const meter = new RecordMeter();
  meter.push(stream.subarray(0, stream.length - 1));
  assertEquals(meter.data, 100);
});

Deno.test("a ClientHello is whole, or is not, or cannot be one", () => {
  const hello = message(1, Array<number>(300).fill(5));
  const whole = record(22, hello);
  const parts = [...record(22, hello.slice(0, 100)), ...record(22, hello.slice(100))];
  const table: [string, number[], boolean][] = [
    ["whole", whole, true],
    ["in two records", parts, true],
    ["HTTP", [...new TextEncoder().encode("G")], true],
    ["a record without a message", record(22, [1]), true],
    ["two records, then something else", [...record(22, hello.slice(0, 100)), 23], true],
    ["nothing", [], false],
    ...Array.from({ length: whole.length - 1 }, (_, i): [string, number[], boolean] => [
      `${i + 1} bytes`,
      whole.slice(0, i + 1),
      false,
    ]),
    ...Array.from({ length: parts.length - 1 }, (_, i): [string, number[], boolean] => [
      `${i + 1} bytes of two records`,
      parts.slice(0, i + 1),
      false,
    ]),
  ];
  for (const [name, bytes, expected] of table) assertEquals(isWholeClientHello(Uint8Array.from(bytes)), expected, name);
});
