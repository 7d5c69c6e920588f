import { assert, assertEquals, assertThrows } from "@std/assert";
import { Http2Error } from "../../../lib/http/codec/http2/errors.ts";
import { encodeFrame, encodeHeaders, scanFrame } from "../../../lib/http/codec/http2/frame.ts";
import { HpackDecoder } from "../../../lib/http/codec/http2/hpack_decoder.ts";
import { encodeHeaderBlock } from "../../../lib/http/codec/http2/hpack_encoder.ts";
import { decodeHuffman } from "../../../lib/http/codec/http2/huffman.ts";
import { type HeaderField, STATIC_TABLE } from "../../../lib/http/codec/http2/static_table.ts";

const LIMITS = { size: 65_536, fields: 100 };
const MOZILLA: HeaderField = [":authority", "www.example.com"];
const GET: readonly HeaderField[] = [[":method", "GET"], [":scheme", "http"], [":path", "/"], MOZILLA];
const FIRST: readonly HeaderField[] = [
  [":status", "302"],
  ["cache-control", "private"],
  ["date", "Mon, 21 Oct 2013 20:13:21 GMT"],
  ["location", "https://www.example.com"],
];
const THIRD: readonly HeaderField[] = [
  [":status", "200"],
  ["cache-control", "private"],
  ["date", "Mon, 21 Oct 2013 20:13:22 GMT"],
  ["location", "https://www.example.com"],
  ["content-encoding", "gzip"],
  ["set-cookie", "foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1"],
];
const REQUESTS = [
  GET,
  [...GET, ["cache-control", "no-cache"]],
  [[":method", "GET"], [":scheme", "https"], [":path", "/index.html"], MOZILLA, ["custom-key", "custom-value"]],
] as const;
const RESPONSES = [FIRST, [[":status", "307"], ...FIRST.slice(1)], THIRD] as const;

/** The examples of RFC 7541, appendix C: table size, blocks in hexadecimal, fields, size of the table after each block. */
const EXAMPLES:
  readonly (readonly [string, number, readonly string[], readonly (readonly HeaderField[])[], number[]])[] = [
    ["C.2.1", 4096, ["400a637573746f6d2d6b65790d637573746f6d2d686561646572"], [[["custom-key", "custom-header"]]], [
      55,
    ]],
    ["C.2.2", 4096, ["040c2f73616d706c652f70617468"], [[[":path", "/sample/path"]]], [0]],
    ["C.2.3", 4096, ["100870617373776f726406736563726574"], [[["password", "secret"]]], [0]],
    ["C.2.4", 4096, ["82"], [[[":method", "GET"]]], [0]],
    [
      "C.3",
      4096,
      [
        "828684410f7777772e6578616d706c652e636f6d",
        "828684be58086e6f2d6361636865",
        "828785bf400a637573746f6d2d6b65790c637573746f6d2d76616c7565",
      ],
      REQUESTS,
      [57, 110, 164],
    ],
    [
      "C.4",
      4096,
      [
        "828684418cf1e3c2e5f23a6ba0ab90f4ff",
        "828684be5886a8eb10649cbf",
        "828785bf408825a849e95ba97d7f8925a849e95bb8e8b4bf",
      ],
      REQUESTS,
      [57, 110, 164],
    ],
    [
      "C.5",
      256,
      [
        "4803333032580770726976617465611d4d6f6e2c203231204f637420323031332032303a31333a323120474d546e1768747470733a2f2f" +
        "7777772e6578616d706c652e636f6d",
        "4803333037c1c0bf",
        "88c1611d4d6f6e2c203231204f637420323031332032303a31333a323220474d54c05a04677a69707738666f6f3d4153444a4b48514b42" +
        "5a584f5157454f50495541585157454f49553b206d61782d6167653d333630303b2076657273696f6e3d31",
      ],
      RESPONSES,
      [222, 222, 215],
    ],
    [
      "C.6",
      256,
      [
        "488264025885aec3771a4b6196d07abe941054d444a8200595040b8166e082a62d1bff6e919d29ad171863c78f0b97c8e9ae82ae43d3",
        "4883640effc1c0bf",
        "88c16196d07abe941054d444a8200595040b8166e084a62d1bffc05a839bd9ab77ad94e7821dd7f2e6c7b335dfdfcd5b3960d5af27087f36" +
        "72c1ab270fb5291f9587316065c003ed4ee5b1063d5007",
      ],
      RESPONSES,
      [222, 222, 215],
    ],
  ];

for (const [name, size, blocks, fields, sizes] of EXAMPLES) {
  Deno.test(`HPACK decodes the example ${name} of RFC 7541`, () => {
    const decoder = new HpackDecoder(size);
    blocks.forEach((block, index) => {
      assertEquals(decoder.decode(Uint8Array.fromHex(block), LIMITS), { fields: [...fields[index]], tooLarge: false });
      assertEquals(decoder.tableSize, sizes[index]);
    });
  });
}

Deno.test("HPACK has the 61 entries of the static table", () => {
  assertEquals(STATIC_TABLE.length, 61);
  assertEquals([STATIC_TABLE[30], STATIC_TABLE[60]], [["content-type", ""], ["www-authenticate", ""]]);
});

/** Invalid blocks, in hexadecimal. */
const INVALID: readonly (readonly [title: string, block: string])[] = [
  ["index 0", "80"],
  ["an index beyond the tables", "be"],
  ["a name beyond the tables", "7f00"],
  ["a cut integer", "ff"],
  ["an integer without end", "ffffffffffffffffff7f"],
  ["a cut string", "400a6375"],
  ["a string that claims 2 MiB", "407fffff7f61"],
  ["a missing value", "400161"],
  ["a table larger than agreed", "3fe21f"],
  ["a change of the table behind a field", "8220"],
  ["an end of string in Huffman code", "4084ffffffff00"],
  ["padding of zeros in Huffman code", "40811800"],
  ["padding of a whole byte in Huffman code", "40821fff00"],
];

for (const [title, block] of INVALID) {
  Deno.test(`HPACK rejects ${title}`, () => {
    const error = assertThrows(() => new HpackDecoder().decode(Uint8Array.fromHex(block), LIMITS), Http2Error);
    assertEquals(error.http2Code, "COMPRESSION_ERROR");
  });
}

Deno.test("HPACK drops fields beyond the limits, and its table follows", () => {
  const decoder = new HpackDecoder();
  const add = Uint8Array.fromHex("400a637573746f6d2d6b65790d637573746f6d2d686561646572");
  assertEquals(decoder.decode(add, { size: 54, fields: 10 }), { fields: [], tooLarge: true });
  assertEquals(decoder.decode(Uint8Array.of(0xbe), LIMITS).fields, [["custom-key", "custom-header"]]);
  const bomb = new Uint8Array(60_000).fill(0xbe);
  const { fields, tooLarge } = decoder.decode(bomb, LIMITS);
  assertEquals([fields.length, tooLarge], [100, true]);
});

Deno.test("HPACK empties its table for an entry larger than that, and at size 0", () => {
  const decoder = new HpackDecoder(64);
  decoder.decode(Uint8Array.fromHex("400a637573746f6d2d6b65790d637573746f6d2d686561646572"), LIMITS);
  assertEquals(decoder.tableSize, 55);
  decoder.decode(Uint8Array.fromHex("20"), LIMITS);
  assertEquals(decoder.tableSize, 0);
  decoder.decode(Uint8Array.fromHex("3f21400161" + "28" + "61".repeat(40)), LIMITS);
  assertEquals(decoder.tableSize, 0);
});

/** A generator of numbers below a bound, the same in each run. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor(state / 2 ** 32 * below);
  };
}

Deno.test("HPACK decodes what it encodes", () => {
  const random = numbers(1);
  const text = (size: number) => String.fromCharCode(...Array.from({ length: size }, () => random(256)));
  for (let turn = 0; turn < 300; turn++) {
    const fields = Array.from({ length: random(20) }, (): HeaderField => {
      return random(3) === 0 ? STATIC_TABLE[random(61)] : [text(1 + random(20)), text(random(300))];
    });
    assertEquals(new HpackDecoder().decode(encodeHeaderBlock(fields), LIMITS).fields, fields);
  }
});

Deno.test("HPACK reads 20,000 mutated blocks or rejects them, and nothing else", () => {
  const random = numbers(2);
  const blocks = EXAMPLES.flatMap(([, , blocks]) => blocks.map((block) => Uint8Array.fromHex(block)));
  let read = 0;
  for (let turn = 0; turn < 20_000; turn++) {
    const block = (blocks[random(blocks.length)] ?? new Uint8Array()).slice();
    for (let changes = 1 + random(4); changes > 0; changes--) block[random(block.length)] = random(256);
    try {
      new HpackDecoder().decode(block.subarray(0, 1 + random(block.length)), LIMITS);
      read++;
    } catch (error) {
      if (!(error instanceof Http2Error)) throw error;
    }
  }
  assert(read > 1000 && read < 19_000, `${read} blocks were valid`);
});

Deno.test("Huffman code: every octet, and the empty string", () => {
  assertEquals(decodeHuffman(new Uint8Array()), "");
  assertEquals(decodeHuffman(Uint8Array.fromHex("1fff".slice(0, 2))), "a");
  // The codes of 0x00 (13 bits) and 0xff (26 bits), as appendix B of RFC 7541 has them, then padding.
  const bits = "1111111111000" + "11111111111111111111101110" + "1".repeat(1);
  const bytes = Uint8Array.from(bits.match(/.{8}/g) ?? [], (byte) => Number.parseInt(byte, 2));
  assertEquals(decodeHuffman(bytes), "\x00\xff");
});

Deno.test("frames: a whole one is scanned, a cut one waits, a large one is rejected", () => {
  const bytes = encodeFrame(0, 1, 5, [1, 2, 3]);
  for (let end = 0; end < bytes.length; end++) assertEquals(scanFrame(bytes, 0, end), undefined);
  assertEquals(scanFrame(bytes, 0, bytes.length), {
    ...{ type: 0, flags: 1, stream: 5 },
    payload: Uint8Array.of(1, 2, 3),
  });
  const error = assertThrows(() => scanFrame(Uint8Array.of(0, 0x40, 1, 0, 0, 0, 0, 0, 1), 0, 9), Http2Error);
  assertEquals(error.http2Code, "FRAME_SIZE_ERROR");
  assertEquals(encodeHeaders(1, new Uint8Array(40_000), true).map((frame) => [frame[3], frame[4]]), [[1, 1], [9, 0], [
    9,
    4,
  ]]);
});
