import { assertEquals } from "@std/assert";
import { answering } from "../../../lib/dns/mod.ts";
import { readChain } from "../../../lib/check/tls/certificates.ts";
import { caaProbe } from "../../../lib/check/tls/caa.ts";
import { matchesTlsa, tlsaProbe } from "../../../lib/check/tls/tlsa.ts";
import { concat } from "../../../lib/core/mod.ts";
import { makeCertificate } from "../../kit/certificates.ts";

const ROOT = await makeCertificate({ authority: true, names: [], commonName: "Root" });
const LEAF = await makeCertificate({ issuer: ROOT });
const CHAIN = await readChain(
  [LEAF.cert, ROOT.cert].map((text) => Uint8Array.fromBase64(text.replace(/-----[^-]+-----|\s/g, ""))),
);

/** Returns the data of a TLSA record of a certificate. */
async function tlsa(usage: number, selector: number, matching: number, at: number): Promise<Uint8Array> {
  const certificate = CHAIN[at];
  const content = (selector === 1 ? certificate?.publicKey : certificate?.der) ?? new Uint8Array();
  const hash = matching === 1 ? "SHA-256" : "SHA-512";
  const data = matching === 0 ? content : new Uint8Array(await crypto.subtle.digest(hash, content));
  return concat([Uint8Array.of(usage, selector, matching), data]);
}

Deno.test("check: TLSA records match by usage, selector and matching type", async () => {
  for (const selector of [0, 1]) {
    for (const matching of [0, 1, 2]) {
      for (const usage of [0, 1, 2, 3]) {
        const own = usage === 1 || usage === 3;
        const results = await Promise.all(
          [0, 1].map(async (at) => await matchesTlsa(await tlsa(usage, selector, matching, at), CHAIN)),
        );
        assertEquals(results, [own, !own], `${usage} ${selector} ${matching}`);
      }
    }
  }
  assertEquals(await matchesTlsa(Uint8Array.of(3, 1, 1), CHAIN), false);
});

Deno.test("check: TLSA records without signatures do not count, CAA records are found above a name", async () => {
  await using server = answering({
    "_443._tcp.www.a.test.": { TLSA: [{ data: `3 1 1 ${"00".repeat(32)}` }] },
    "a.test.": { CAA: [{ data: '0 issue "ca.test; policy=x"' }, { data: '0 iodef "mailto:a@a.test"' }] },
  });
  const context = {
    ...{ signal: new AbortController().signal, timeout: 2000, now: () => new Date(), dial: {} },
    servers: [{ protocol: "udp" as const, host: server.addr.hostname, port: server.addr.port }],
  };
  const input = { host: "www.a.test", port: 443, chain: Promise.resolve(CHAIN) };
  const seen = await tlsaProbe.observe(input, context);
  assertEquals(tlsaProbe.judge(seen, input, new Date()).map(({ code }) => code), ["dane-unsigned"]);
  const secure = { ...seen, status: "secure" as const };
  assertEquals(tlsaProbe.judge(secure, input, new Date()).map(({ code }) => code), ["dane-mismatch"]);
  const caa = await caaProbe.observe(input, context);
  assertEquals(caa, { domain: "a.test", issuers: ["ca.test"] });
});
