import { assert, assertEquals, assertMatch } from "@std/assert";
import { parseDkimSignature, verifyDkim } from "../../../lib/mail/mod.ts";
import { relaxedField } from "../../../lib/mail/dkim/codec/signed_header.ts";
import { SimpleBody } from "../../../lib/mail/dkim/codec/simple_body.ts";
import { DkimSigner } from "../../kit/dkim_signer.ts";

const encoder = new TextEncoder();

/** Message of RFC 8463, appendix A.3: signed with Ed25519 and RSA. */
const FOOTBALL = `DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed;
 d=football.example.com; i=@football.example.com;
 q=dns/txt; s=brisbane; t=1528637909; h=from : to :
 subject : date : message-id : from : subject : date;
 bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;
 b=/gCrinpcQOoIfuHNQIbq4pgh9kyIK3AQUdt9OdqQehSwhEIug4D11Bus
 Fa3bT3FY5OsU7ZbnKELq+eXdp1Q1Dw==
DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed;
 d=football.example.com; i=@football.example.com;
 q=dns/txt; s=test; t=1528637909; h=from : to : subject :
 date : message-id : from : subject : date;
 bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;
 b=F45dVWDfMbQDGHJFlXUNB2HKfbCeLRyhDXgFpEL8GwpsRe0IeIixNTe3
 DhCVlUrSjV4BwcVcOF6+FF3Zo9Rpo1tFOeS9mPYQTnGdaSGsgeefOsk2Jz
 dA+L10TeYt9BgDfQNZtKdN1WO//KgIqXP7OdEFE4LjFYNcUxZQ4FADY+8=
From: Joe SixPack <joe@football.example.com>
To: Suzie Q <suzie@shopping.example.net>
Subject: Is dinner ready?
Date: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)
Message-ID: <20030712040037.46341.5F8J@football.example.com>

Hi.

We lost the game.  Are you hungry yet?

Joe.
`.replaceAll("\n", "\r\n");

const KEYS: Readonly<Record<string, string>> = {
  "brisbane._domainkey.football.example.com": "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=",
  "test._domainkey.football.example.com":
    "v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDkHlOQoBTzWRiGs5V6NpP3idY6Wk08a5qhdR6wy5bdOKb2jLQiY/J16JYi0Qvx/b" +
    "yYzCNb3W91y3FutACDfzwQ/BC/e/8uBsCR+yz1Lxj+PL6lHvqMKrM3rG4hstT5QjvHO9PzoxZyVYLzBfO2EeC3Ip3G+2kryOTIKT+l/K4w3QIDAQAB",
};

const lookup = (name: string) => Promise.resolve(KEYS[name] === undefined ? [] : [KEYS[name]]);

Deno.test("DKIM: the message of RFC 8463 with its two signatures", async () => {
  const outcomes = await verifyDkim(encoder.encode(FOOTBALL), { lookup });
  assertEquals(outcomes.map(({ result, reason, sealed }) => [result, reason, sealed]), [
    ["pass", "signed by football.example.com (ed25519-sha256, 256 bits)", true],
    ["pass", "signed by football.example.com (rsa-sha256, 1024 bits)", true],
  ]);
  const body = await verifyDkim(encoder.encode(FOOTBALL.replace("hungry", "angry")), { lookup });
  assertEquals(body.map(({ result }) => result), ["fail", "fail"]);
  // Both signatures cover one more From than there is.
  const second = await verifyDkim(encoder.encode(FOOTBALL.replace("To:", "From: eve@example.org\r\nTo:")), { lookup });
  assertEquals(second.map(({ result }) => result), ["fail", "fail"]);
});

Deno.test("DKIM: canonical forms keep every byte that is not white space", () => {
  assertEquals(relaxedField("Subject: \xc3\xa0\t"), "subject:\xc3\xa0");
  const simple = (text: string) => {
    const body = new SimpleBody();
    return new TextDecoder().decode(body.push(encoder.encode(text))) + new TextDecoder().decode(body.end());
  };
  assertEquals(
    [" C \r\nD \t E\r\n\r\n\r\n", "", "\r\n\r\n", "a", "a\r\n\r\nb\r\n"].map(simple),
    [" C \r\nD \t E\r\n", "\r\n", "\r\n", "a\r\n", "a\r\n\r\nb\r\n"],
  );
});

const PLAIN = "From: ada@example.com\r\nSubject: hi\r\n\r\nhello\r\n";
const NOW = Date.UTC(2026, 0, 2);
const SECONDS = NOW / 1000;

Deno.test("DKIM: what signatures and keys may say", async () => {
  const signer = await DkimSigner.create({ name: "Ed25519" });
  const other = await DkimSigner.create({ name: "Ed25519" });
  const p = signer.record;
  const table: readonly (readonly [tags: string, record: string | "!" | "", result: string, reason: RegExp])[] = [
    ["", p, "pass", /signed by example.com/],
    ["c=simple/simple;", p, "pass", /signed/],
    ["c=relaxed;", p, "pass", /signed/],
    ["c=simple/relaxed;", p, "pass", /signed/],
    ["l=5;", p, "pass", /except for the last 2 bytes/],
    ["l=0;", p, "pass", /except for the last 7 bytes/],
    ["l=8;", p, "fail", /shorter than the signed 8 bytes/],
    ["l=-1;", p, "neutral", /l: not a number/],
    [`t=${SECONDS}; x=${SECONDS + 1};`, p, "pass", /signed/],
    [`x=${SECONDS - 1};`, p, "fail", /expired at 2026-01-01T23:59:59Z/],
    [`t=${SECONDS}; x=${SECONDS - 1};`, p, "neutral", /x: before/],
    [`t=${SECONDS + 7200};`, p, "neutral", /future/],
    ["i=bob@mail.example.com;", p, "pass", /signed/],
    ["i=bob@example.org;", p, "neutral", /i: not within/],
    ["i=bob@badexample.com;", p, "neutral", /i: not within/],
    ["q=dns/txt:other;", p, "pass", /signed/],
    ["q=other;", p, "neutral", /q: unknown/],
    ["c=other;", p, "neutral", /c: unknown/],
    ["unknown=1;", p, "pass", /signed/],
    ["d=example.com;", p, "neutral", /d: given twice/],
    ["broken;", p, "neutral", /broken: not of the form/],
    ["", "", "permerror", /no key at s._domainkey.example.com/],
    ["", "!", "temperror", /cannot look up/],
    ["", "v=DKIM1; p=", "permerror", /was revoked/],
    ["", "v=DKIM1; k=ed25519", "permerror", /p: missing/],
    ["", "v=DKIM1; k=ed25519; p=?", "permerror", /p: not Base64/],
    ["", "v=DKIM1; k=ed25519; p=aGVsbG8=", "permerror", /not a ed25519 key/],
    ["", `v=DKIM2; ${p.slice(9)}`, "permerror", /v: unknown/],
    ["", `${p.slice(9)}; v=DKIM1`, "permerror", /v: not first/],
    ["", p.slice(9), "pass", /signed/],
    ["", p.replace("ed25519", "rsa"), "permerror", /of type "rsa"/],
    ["", `${p}; h=sha1`, "permerror", /not for sha256/],
    ["", `${p}; h=sha1:sha256`, "pass", /signed/],
    ["", `${p}; s=web`, "permerror", /s: not for mail/],
    ["", `${p}; s=web : email; t=y`, "pass", /signed/],
    ["i=bob@mail.example.com;", `${p}; t=s`, "permerror", /not for mail.example.com/],
    ["", `${p}; n=${"x".repeat(9000)}`, "permerror", /longer than 8192/],
    ["", other.record, "fail", /does not belong/],
  ];
  for (const [tags, record, result, reason] of table) {
    const message = await signer.sign(PLAIN, tags);
    const find = () =>
      record === "!" ? Promise.reject(new Error("down")) : Promise.resolve(record === "" ? [] : [record]);
    const [outcome] = await verifyDkim(encoder.encode(message), { lookup: find, now: NOW });
    assertEquals([tags, outcome?.result, outcome?.reason], [tags, result, outcome?.reason]);
    assertMatch(outcome?.reason ?? "", reason);
    assertEquals(outcome?.testing, result === "pass" && record.includes("t=y"), tags);
  }
});

Deno.test("DKIM: keys of RSA in both forms; short ones and rsa-sha1 do not count", async () => {
  for (const [bits, result] of [[1024, "pass"], [768, "policy"]] as const) {
    const signer = await DkimSigner.create({ name: "RSA", bits });
    const message = encoder.encode(await signer.sign(PLAIN, ""));
    for (const record of [signer.record, signer.bareRecord]) {
      const [outcome] = await verifyDkim(message, { lookup: () => Promise.resolve([record]), now: NOW });
      assertEquals([outcome?.result, outcome?.bits], [result, bits]);
    }
  }
  const old = FOOTBALL.replace("a=rsa-sha256", "a=rsa-sha1").replace("a=ed25519-sha256", "a=toString");
  assertEquals((await verifyDkim(encoder.encode(old), { lookup })).map(({ result }) => result), ["neutral", "policy"]);
});

Deno.test("DKIM: eight signatures are verified, a key is looked up once for each, a body hashed once", async () => {
  const signer = await DkimSigner.create({ name: "Ed25519" });
  let message = PLAIN;
  for (let i = 0; i < 12; i++) message = await signer.sign(message, "");
  let asked = 0;
  const outcomes = await verifyDkim(encoder.encode(message), {
    lookup: () => (asked++, Promise.resolve([signer.record])),
    now: NOW,
  });
  assertEquals([outcomes.length, outcomes.every(({ result }) => result === "pass"), asked], [8, true, 8]);
});

Deno.test("DKIM: hostile messages end soon, with an outcome", async () => {
  const many = `DKIM-Signature: v=1; a=rsa-sha256; d=a.test; s=s; bh=aGk=; b=aGk=; h=from${":a".repeat(100_000)}\r\n`;
  const messages = [
    many + PLAIN,
    "a:\r\n".repeat(200_000) + many + PLAIN,
    `DKIM-Signature:${";".repeat(100_000)}\r\n${PLAIN}`,
    `DKIM-Signature:${" \t".repeat(100_000)}x\r\n${PLAIN}`,
    `DKIM-Signature: v=1; b=${"A".repeat(500_000)}\r\n${PLAIN}`,
    `X: ${"y".repeat(2 << 20)}\r\n${FOOTBALL}`,
    "\r\n".repeat(500_000),
    "DKIM-Signature",
    "",
  ];
  for (const message of messages) {
    const outcomes = await verifyDkim(encoder.encode(message), { lookup });
    assert(outcomes.every(({ result }) => result !== "pass"));
  }
  assertEquals(parseDkimSignature(`v=1; h=${"from:".repeat(2000)}`).faults.some(({ tag }) => tag === "h"), true);
});

Deno.test("DKIM: mutated signatures never pass unless what is signed stays the same", async () => {
  let seed = 6376;
  const random = (below: number) => (seed = Math.imul(seed, 1103515245) + 12345 >>> 0) % below;
  const original = encoder.encode(FOOTBALL);
  const start = FOOTBALL.indexOf("From:");
  for (let run = 0; run < 500; run++) {
    const bytes = original.slice();
    // The signed fields and the body; white space in them does not count.
    const at = start + random(bytes.length - start);
    const byte = random(256);
    if (bytes[at] === byte || [9, 10, 13, 32].some((one) => one === byte || one === bytes[at])) continue;
    bytes[at] = byte;
    const outcomes = await verifyDkim(bytes, { lookup });
    const same = new TextDecoder().decode(bytes).toLowerCase() === FOOTBALL.toLowerCase();
    assert(same || outcomes.every(({ result }) => result === "fail"), `${at} ${byte}`);
  }
});
