import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { UsageError } from "../../../lib/core/mod.ts";
import { RelaxedBody } from "../../../lib/mail/dkim/codec/relaxed_body.ts";
import { namesToSign, rawFields, relaxedField, signedText } from "../../../lib/mail/dkim/codec/signed_header.ts";
import { buildMail, dkimKey, readyMail, signMail } from "../../../lib/mail/mod.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

const BODIES: readonly (readonly [name: string, body: string, canonical: string])[] = [
  ["the example of RFC 6376, section 3.4.5", " C \r\nD \t E\r\n\r\n\r\n", " C\r\nD E\r\n"],
  ["no body", "", ""],
  ["only empty lines", "\r\n\r\n", ""],
  ["only white space", " \t \r\n ", ""],
  ["a last line without end", "a", "a\r\n"],
  ["empty lines within", "a\r\n\r\n \r\nb\r\n", "a\r\n\r\n\r\nb\r\n"],
  ["white space at the beginning", "\t\ta  b\t\r\n", " a b\r\n"],
];

for (const [name, body, canonical] of BODIES) {
  Deno.test(`DKIM, canonical body: ${name}, in pieces of any size`, () => {
    for (let size = 1; size <= body.length + 1; size++) {
      const relaxed = new RelaxedBody();
      let text = "";
      for (let at = 0; at < body.length; at += size) {
        text += decoder.decode(relaxed.push(encoder.encode(body.slice(at, at + size))));
      }
      assertEquals(text + decoder.decode(relaxed.end()), canonical);
    }
  });
}

Deno.test("DKIM: canonical fields", () => {
  const table = [
    ["A: X", "a:X"],
    ["B : Y\t\r\n\tZ  ", "b:Y Z"],
    ["SUBJect:\tAbC \t d\r\n", "subject:AbC d"],
    ["x:", "x:"],
  ] as const;
  for (const [field, canonical] of table) assertEquals(relaxedField(field), canonical);
});

Deno.test("DKIM: the last field of a name is signed first, and one more that is not there is sealed", () => {
  const fields = rawFields(
    "Received: x\r\nFrom: a@example.com\r\nTo: b@example.com\r\nTo: c@example.com\r\n d@example.com",
  );
  const names = namesToSign(fields);
  assertEquals(names, ["from", "from", "to", "to", "to"]);
  assertEquals(
    signedText(fields, names, "DKIM-Signature: b="),
    "from:a@example.com\r\nto:c@example.com d@example.com\r\nto:b@example.com\r\ndkim-signature:b=",
  );
});

async function pemOf(algorithm: RsaHashedKeyGenParams | { name: "Ed25519" }): Promise<string> {
  const keys = await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  if (!("privateKey" in keys)) throw new TypeError("no key pair");
  const der = new Uint8Array(await crypto.subtle.exportKey("pkcs8", keys.privateKey));
  return `-----BEGIN PRIVATE KEY-----\n${der.toBase64()}\n-----END PRIVATE KEY-----\n`;
}

const rsa = (bits: number) => ({
  name: "RSASSA-PKCS1-v1_5",
  hash: "SHA-256",
  modulusLength: bits,
  publicExponent: Uint8Array.of(1, 0, 1),
});

Deno.test("DKIM: keys that cannot be used are rejected by name", async () => {
  const good = await pemOf({ name: "Ed25519" });
  const table: readonly (readonly [pem: string, selector: string, domain: string, code: string])[] = [
    ["", "s", "example.com", "invalid-dkim-key"],
    ["-----BEGIN PRIVATE KEY-----\n!\n-----END PRIVATE KEY-----", "s", "example.com", "invalid-dkim-key"],
    [good.replaceAll("PRIVATE", "ENCRYPTED PRIVATE"), "s", "example.com", "invalid-dkim-key"],
    [await pemOf(rsa(512 + 256)), "s", "example.com", "invalid-dkim-key"],
    [good, "s;d=evil.example", "example.com", "invalid-domain"],
    [good, "s", "example.com\r\nBcc: x", "invalid-domain"],
    [good, "", "example.com", "invalid-domain"],
  ];
  for (const [pem, selector, domain, code] of table) {
    const error = await assertRejects(() => dkimKey(pem, selector, domain), UsageError);
    assertEquals([error.code, selector], [code, selector]);
  }
});

Deno.test("DKIM: the domain is that of the author, in ASCII", async () => {
  const key = await dkimKey(await pemOf({ name: "Ed25519" }), "s");
  const signed = async (from: string) => {
    const mail = await signMail(await buildMail({ from, to: "b@example.com", text: "x" }), [key]);
    return /d=([^;]*);/.exec(decoder.decode((await Array.fromAsync(mail.chunks()))[0]))?.[1];
  };
  assertEquals(await signed("Ada <ada@Example.COM>"), "example.com");
  assertEquals(await signed("ada@bücher.example"), "xn--bcher-kva.example");
  const nameless = readyMail(encoder.encode("To: b@example.com\r\n\r\nx"), { from: "a@example.com" });
  assertEquals((await assertRejects(() => signMail(nameless, [key]), UsageError)).code, "invalid-domain");
  assertThrows(() => readyMail(encoder.encode("\r\n\r\n")), UsageError);
});

Deno.test("DKIM: the size counts the signature, and no line is longer than 78 characters", async () => {
  const keys = [await dkimKey(await pemOf(rsa(2048)), "s"), await dkimKey(await pemOf({ name: "Ed25519" }), "e")];
  const mail = await signMail(await buildMail({ from: "ada@example.com", to: "b@example.com", text: "hello" }), keys);
  const bytes = (await Array.fromAsync(mail.chunks())).map((chunk) => decoder.decode(chunk)).join("");
  assertEquals(bytes.length, mail.size);
  assertEquals(bytes.match(/^DKIM-Signature:/gm)?.length, 2);
  assertEquals(bytes.split("\r\n").filter((line) => line.length > 78), []);
});
