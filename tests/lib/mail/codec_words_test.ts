import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { hmacMd5 } from "../../../lib/deps/node/hmac.ts";
import { NetworkError, UsageError } from "../../../lib/core/mod.ts";
import { fromBase64, parsePlain, plainMessage } from "../../../lib/core/sasl/plain.ts";
import { cramMd5Message, parseCramMd5, parseXoauth2, xoauth2Message } from "../../../lib/mail/codec/auth.ts";
import { parseCapabilities } from "../../../lib/mail/codec/capabilities.ts";
import { commandLine, isHeloName, parseCommand, parsePath } from "../../../lib/mail/codec/command.ts";
import { splitMailboxes } from "../../../lib/mail/codec/mailbox_list.ts";
import { asciiMailbox, parseMailbox, parseNamedMailbox } from "../../../lib/mail/codec/mailbox.ts";
import { ReplyParser } from "../../../lib/mail/codec/reply.ts";

for (
  const address of [
    "ada@example.com",
    "a.b+tag@example.com",
    "a-@example.com",
    '"with space"@example.com',
    '"a@b"@example.com',
    '"<>\\"\\\\,"@example.com',
    '"-x"@example.com',
    "ada@[192.0.2.1]",
    "ada@[IPv6:2001:db8::1]",
    "ада@пример.example",
    "用户@例子.example",
    `${"x".repeat(64)}@example.com`,
    "ada@localhost",
    // Addresses that exist, whatever the grammar says.
    `bounces+${"x".repeat(120)}=bob=example.com@lists.example.com`,
    `${"x".repeat(242)}@example.com`,
    "a..b@example.com",
    ".a@example.com",
    "a.@example.com",
    "-oX@example.com",
    "--help@example.com",
    "ada@my_host.example.com",
    "ada@_dmarc.example.com",
  ]
) {
  Deno.test(`mail codec: parseMailbox accepts ${address}`, () => {
    const box = parseMailbox(address);
    assertEquals(`${box.localPart}@${box.domain}`, address);
  });
}

for (
  const address of [
    "",
    "ada",
    "@example.com",
    "ada@",
    "a b@example.com",
    "a@b@example.com",
    "ada@exam ple.com",
    "ada@example..com",
    "ada@-example.com",
    "ada@example-.com",
    "ada@[1.2.3]",
    "ada@[IPv6:nope]",
    "ada@example.com\r\nRCPT TO:<eve@example.com>",
    "ada@example.com\n",
    "ada\0@example.com",
    '"a\r\nb"@example.com',
    '"open@example.com',
    "<ada@example.com>",
    "ada@example.com>",
    "a,b@example.com",
    `${"x".repeat(243)}@example.com`,
    `a@${"x".repeat(64)}.com`,
    `a@${"x.".repeat(200)}com`,
    "x".repeat(400),
    `${"x".repeat(200)}@${"y".repeat(200)}`,
    "a\u2028b@example.com",
  ]
) {
  Deno.test(`mail codec: parseMailbox rejects ${JSON.stringify(address).slice(0, 60)}`, () => {
    assertEquals(assertThrows(() => parseMailbox(address), UsageError).code, "invalid-address");
  });
}

for (
  const [text, name, address] of [
    ["ada@example.com", "", "ada@example.com"],
    ["<ada@example.com>", "", "ada@example.com"],
    ["Ada Lovelace <ada@example.com>", "Ada Lovelace", "ada@example.com"],
    ['"Lovelace, Ada \\"A\\"" <ada@example.com>', 'Lovelace, Ada "A"', "ada@example.com"],
    ['Ada <"a>b"@example.com>', "Ada", '"a>b"@example.com'],
    ["Åda Löve <ada@example.com>", "Åda Löve", "ada@example.com"],
  ] as const
) {
  Deno.test(`mail codec: parseNamedMailbox parses ${text}`, () => {
    const box = parseNamedMailbox(text);
    assertEquals([box.name, box.address], [name, address]);
  });
}

Deno.test("mail codec: parseNamedMailbox rejects a line end in the name", () => {
  for (const text of ["Ada\r\nBcc: eve@example.com <ada@example.com>", "Ada\0 <ada@example.com>", "a@b.c, d@e.f"]) {
    assertThrows(() => parseNamedMailbox(text), UsageError);
  }
});

Deno.test("mail codec: parseNamedMailbox never returns a control character", () => {
  const text = fc.string({ unit: fc.constantFrom(...'ab@."\\<>,:;-\r\n\0 \u00e4\u0085[]') });
  fc.assert(
    fc.property(text, (given) => {
      try {
        const { address } = parseNamedMailbox(given);
        // deno-lint-ignore no-control-regex -- control characters are what is looked for
        assertEquals(/[\x00-\x1f\x7f-\x9f]/.test(address), false);
        assertEquals(address.startsWith("-"), false);
      } catch (error) {
        assertEquals(error instanceof UsageError, true);
      }
    }),
    { seed: 822, numRuns: 3000 },
  );
});

Deno.test("mail codec: asciiMailbox encodes the domain only", () => {
  assertEquals(asciiMailbox(parseMailbox("ada@bücher.example"))?.address, "ada@xn--bcher-kva.example");
  assertEquals(asciiMailbox(parseMailbox("ädä@bücher.example")), undefined);
});

Deno.test("mail codec: ReplyParser returns a reply with its last line", () => {
  const parser = new ReplyParser("mx");
  assertEquals(parser.push("250-one"), undefined);
  assertEquals(parser.push("250 two"), { code: 250, lines: ["one", "two"] });
  assertEquals(parser.push("354"), { code: 354, lines: [""] });
  assertEquals(parser.push("550 5.1.1 no"), { code: 550, enhanced: "5.1.1", lines: ["no"] });
  assertEquals(parser.push("250 5.1.1 is not its class"), { code: 250, lines: ["5.1.1 is not its class"] });
});

for (const line of ["", "25", "abc", "250x", "199 no", "600 no", "250\t", "2500 x", " 250 x"]) {
  Deno.test(`mail codec: ReplyParser rejects ${JSON.stringify(line)}`, () => {
    assertEquals(assertThrows(() => new ReplyParser("mx").push(line), NetworkError).code, "smtp-invalid-reply");
  });
}

Deno.test("mail codec: ReplyParser rejects a reply with two codes, or without an end", () => {
  const mixed = new ReplyParser("mx");
  mixed.push("250-a");
  assertThrows(() => mixed.push("550 b"), NetworkError);
  const endless = new ReplyParser("mx");
  const error = assertThrows(() => {
    while (true) endless.push("250-more");
  }, NetworkError);
  assertEquals(error.code, "smtp-reply-too-long");
});

Deno.test("mail codec: parseCapabilities", () => {
  const lines = [
    "mx",
    "PIPELINING",
    "size 1000",
    "AUTH PLAIN login",
    "AUTH=CRAM-MD5",
    "8bitmime",
    "X-OTHER",
    "STARTTLS",
  ];
  assertEquals(parseCapabilities({ code: 250, lines }), {
    pipelining: true,
    eightBitMime: true,
    smtpUtf8: false,
    startTls: true,
    enhancedStatusCodes: false,
    chunking: false,
    dsn: false,
    size: true,
    sizeLimit: 1000,
    auth: ["PLAIN", "LOGIN", "CRAM-MD5"],
  });
  assertEquals(parseCapabilities({ code: 250, lines: ["PIPELINING"] }).pipelining, false);
  for (const size of ["-5", "0x400", "1e6", "+9", "5.0", "1_000"]) {
    assertEquals(parseCapabilities({ code: 250, lines: ["mx", `SIZE ${size}`] }).sizeLimit, undefined, size);
  }
});

Deno.test("mail codec: commandLine rejects line ends", () => {
  assertEquals(commandLine("MAIL", "x"), "MAIL x\r\n");
  for (const word of ["a\rb", "a\nb", "a\0b"]) {
    assertEquals(assertThrows(() => commandLine("RCPT", word), UsageError).code, "injection");
  }
  assertEquals(parseCommand("mail FROM:<a>"), { verb: "MAIL", rest: "FROM:<a>" });
});

Deno.test("mail codec: parsePath of MAIL and RCPT", () => {
  const path = (text: string, keyword: "FROM" | "TO" = "FROM") => {
    const found = parsePath(text, keyword);
    return "reply" in found ? found.reply.slice(0, 3) : [found.mailbox?.address, Object.fromEntries(found.parameters)];
  };
  assertEquals(path("FROM:<a@b.example> SIZE=10 BODY=8BITMIME"), ["a@b.example", { SIZE: "10", BODY: "8BITMIME" }]);
  assertEquals(path("from: <a@b.example>"), ["a@b.example", {}]);
  assertEquals(path("FROM:<>"), [undefined, {}]);
  assertEquals(path("TO:<@relay.example:a@b.example>", "TO"), ["a@b.example", {}]);
  assertEquals(path('TO:<"a>b"@c.example>', "TO"), ['"a>b"@c.example', {}]);
  assertEquals(path("TO:<Postmaster>", "TO"), ["Postmaster", {}]);
  assertEquals(path("FROM:<postmaster>"), ["postmaster", {}]);
  assertEquals(path("TO:<>", "TO"), "553");
  assertEquals(path("TO:a@b.example", "TO"), "501");
  assertEquals(path("TO:<a@b.example>"), "501");
  assertEquals(path("FROM:<ä@b.example>"), "553");
  assertEquals(path("FROM:<ä@b.example> SMTPUTF8"), ["ä@b.example", { SMTPUTF8: "" }]);
  assertEquals(path("FROM:<-x@b.example>"), ["-x@b.example", {}]);
  assertEquals(path("FROM:<a@b.example> ==="), "501");
  assertEquals(["[127.0.0.1]", "mx.example", "", "a b", "a<b", "ä", "x".repeat(256)].map(isHeloName), [
    true,
    true,
    false,
    false,
    false,
    false,
    false,
  ]);
});

Deno.test("mail codec: the examples of RFC 4616, RFC 2195 and of XOAUTH2", () => {
  assertEquals(plainMessage("tim", "tanstaaftanstaaf"), "AHRpbQB0YW5zdGFhZnRhbnN0YWFm");
  const challenge = "<1896.697170952@postoffice.reston.mci.net>";
  const digest = hmacMd5("tanstaaftanstaaf", challenge);
  assertEquals(digest, "b913a602c7eda7a495b4e6e7334d3890");
  assertEquals(cramMd5Message("tim", digest), "dGltIGI5MTNhNjAyYzdlZGE3YTQ5NWI0ZTZlNzMzNGQzODkw");
  assertEquals(
    fromBase64(xoauth2Message("someuser@example.com", "ya29.v")),
    "user=someuser@example.com\x01auth=Bearer ya29.v\x01\x01",
  );
  assertEquals(parsePlain(plainMessage("ü", "p w")), { user: "ü", secret: "p w" });
  assertEquals(parseXoauth2(xoauth2Message("u", "t")), { user: "u", secret: "t" });
  assertEquals(parseCramMd5(cramMd5Message("a b", digest)), { user: "a b", secret: digest });
  for (const bad of ["", "!", "AAAA", "dGlt", "/w=="]) {
    assertEquals([parsePlain(bad), parseXoauth2(bad), parseCramMd5(bad)], [undefined, undefined, undefined]);
  }
  assertThrows(() => plainMessage("a\0b", "c"), UsageError);
  assertThrows(() => xoauth2Message("a", "b\x01c"), UsageError);
});

for (
  const [text, mailboxes] of [
    ["a@x,b@x", ["a@x", "b@x"]],
    [" a@x , b@x, ", ["a@x", "b@x"]],
    ['"Doe, Jane" <a@x>, b@x', ['"Doe, Jane" <a@x>', "b@x"]],
    ["A, B: C; <a@x>", ["A, B: C; <a@x>"]],
    ["a@x, Ann <b@x>", ["a@x", "Ann <b@x>"]],
    ['"a@x, Ann" <b@x>', ['"a@x, Ann" <b@x>']],
    ["Doe, Jane <a@x>, b@x", ["Doe, Jane <a@x>", "b@x"]],
    ['"a,b"@x', ['"a,b"@x']],
    ["Ada (one, two) <a@x>", ["Ada (one, two) <a@x>"]],
    ["Team: a@x, Bob <b@x>;, c@x", ["a@x", "Bob <b@x>", "c@x"]],
    ["Nobody:;", []],
    ["a@[IPv6:2001:db8::1],b@x", ["a@[IPv6:2001:db8::1]", "b@x"]],
    ["postmaster, a@x", ["postmaster", "a@x"]],
    ["", []],
    [",,", []],
  ] as const
) {
  Deno.test(`mail codec: ${JSON.stringify(text)} is [${mailboxes}]`, () => {
    assertEquals(splitMailboxes(text), [...mailboxes]);
  });
}
