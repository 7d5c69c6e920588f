import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { ToucanError, UsageError } from "../../../lib/core/mod.ts";
import { dsnOfMail, dsnOfRecipient, type DsnRequest } from "../../../lib/mail/codec/dsn.ts";
import { type MailClientOptions, sendMail } from "../../../lib/mail/mod.ts";
import { scriptedSmtp } from "../../kit/scripted_smtp.ts";

const MESSAGE = { from: "ada@example.com", to: ["bob+a=b@example.com"], text: "hello" };

Deno.test("DSN: parameters of MAIL and RCPT", () => {
  const table: readonly (readonly [request: DsnRequest, mail: string, recipient: string])[] = [
    [{}, "", ""],
    [{ returns: "full", envelopeId: "a b+=c" }, "RET=FULL ENVID=a+20b+2B+3Dc", ""],
    [{ returns: "headers" }, "RET=HDRS", ""],
    [{ notify: [] }, "", "NOTIFY=NEVER ORCPT=rfc822;bob+2Ba+3Db@example.com"],
    [{ notify: ["failure", "delay", "failure"] }, "", "NOTIFY=FAILURE,DELAY ORCPT=rfc822;bob+2Ba+3Db@example.com"],
  ];
  for (const [request, mail, recipient] of table) {
    assertEquals(dsnOfMail(request).join(" "), mail);
    assertEquals(dsnOfRecipient(request, "bob+a=b@example.com").join(" "), recipient);
  }
  assertEquals(dsnOfRecipient({ notify: ["delay"] }, "bücher@example.com"), ["NOTIFY=DELAY"]);
  for (const envelopeId of ["", "a\r\nRCPT TO:<x>", "ü", "x".repeat(101)]) {
    assertThrows(() => dsnOfMail({ envelopeId }), UsageError);
  }
});

/** A server that knows these keywords, and takes chunks. */
function server(keywords: readonly string[]) {
  return scriptedSmtp(async (wire) => {
    await wire.say("220 mx\r\n");
    for (let line = await wire.line(); line !== null; line = await wire.line()) {
      if (line.startsWith("EHLO")) {
        await wire.say(
          ["mx", ...keywords].map((word, i) => `250${i < keywords.length ? "-" : " "}${word}\r\n`).join(""),
        );
      } else if (line.startsWith("BDAT")) {
        await wire.until("hello");
        await wire.say("250 stored\r\n");
      } else if (line === "DATA") {
        await wire.say("354 go\r\n");
        await wire.until(".");
        await wire.say("250 stored\r\n");
      } else await wire.say("250 ok\r\n");
    }
  });
}

const CASES: readonly (readonly [keywords: readonly string[], options: MailClientOptions, outcome: string | RegExp])[] =
  [
    [
      ["PIPELINING", "DSN"],
      { dsn: { returns: "headers", notify: ["success"] } },
      /RET=HDRS.*\nRCPT TO:<bob\+a=b@example.com> NOTIFY=SUCCESS ORCPT=.*\nDATA\n/,
    ],
    [["SIZE"], { dsn: { notify: [] } }, "dsn-missing"],
    [["CHUNKING"], { chunking: true }, /RCPT TO:<.*>\nBDAT \d+ LAST\n(?:.*\n)*hello/],
    [["PIPELINING", "CHUNKING"], { chunking: true }, /RCPT TO:<.*>\nBDAT \d+ LAST\n/],
    [["PIPELINING"], { chunking: true }, "chunking-missing"],
    [["PIPELINING", "CHUNKING", "DSN"], {}, /RCPT TO:<bob\+a=b@example.com>\nDATA\n/],
  ];

for (const [keywords, options, outcome] of CASES) {
  Deno.test(`mail client: ${JSON.stringify(options)} to a server with ${keywords.join(" ")}`, async () => {
    await using mx = server(keywords);
    const sent = sendMail(mx.address, MESSAGE, { tls: "none", ...options });
    if (typeof outcome === "string") assertEquals((await assertRejects(() => sent, ToucanError)).code, outcome);
    else {
      assertEquals((await sent).accepted, 1);
      assertEquals(outcome.test(mx.lines.join("\n")), true);
    }
  });
}
