import { assert, assertEquals } from "@std/assert";
import { readChain } from "../../../lib/check/tls/certificates.ts";
import { judgeHandshake } from "../../../lib/check/tls/judge_handshake.ts";
import { type CertificateWish, makeCertificate, type TestCertificate } from "../../kit/certificates.ts";
import type { CheckedSetup } from "../../kit/check_setup.ts";
import { testSetups } from "../../kit/check_setup.ts";
import { hiddenDays } from "../../kit/days.ts";
import { echoServer } from "../../kit/echo_tls.ts";

const ROOT = await makeCertificate({ authority: true, names: [], commonName: "Test Root" });
const MIDDLE = await makeCertificate({
  ...{ authority: true, names: [], commonName: "Test Middle" },
  ...{ issuer: ROOT, days: [-400, 400] },
});

/** Serves a certificate issued by the middle authority, with it unless told otherwise. */
async function serve(
  stack: AsyncDisposableStack,
  wish: CertificateWish = {},
  form: { readonly whole?: boolean; readonly by?: TestCertificate; readonly trusted?: boolean } = {},
): Promise<CheckedSetup> {
  const { whole = true, by: issuer = MIDDLE, trusted = true } = form;
  const leaf = await makeCertificate({ commonName: "localhost", issuer, ...wish });
  const server = stack.use(echoServer({ cert: whole ? leaf.cert + issuer.cert : leaf.cert, key: leaf.key }));
  return {
    target: `tls://localhost:${server.port}`,
    options: { resolve: [], tls: trusted ? { caCerts: [ROOT.cert] } : {} },
    hide: { [leaf.pin]: "PIN", ...hiddenDays(-400, -30, -3, -1, 0, 9, 10, 30) },
  };
}

testSetups([
  {
    name: "certificate trusted",
    start: (stack) => serve(stack, { days: [-1, 90] }),
    codes: ["tls-trusted", "certificate-valid", "tls-version", "old-tls-refused"],
    without: ["certificate-expires-soon"],
  },
  {
    name: "certificate expired",
    start: (stack) => serve(stack, { days: [-30, -3] }),
    broken: ["tls", "certificate-expired"],
  },
  {
    name: "certificate not yet valid",
    start: (stack) => serve(stack, { days: [10, 90] }),
    broken: ["tls", "certificate-not-yet-valid"],
  },
  {
    name: "certificate expires soon",
    start: (stack) => serve(stack, { days: [-30, 9] }),
    codes: ["certificate-expires-soon"],
  },
  {
    name: "certificate for another name",
    start: (stack) => serve(stack, { names: ["example.test", "www.example.test"] }),
    broken: ["tls", "certificate-wrong-name"],
  },
  {
    name: "certificate without names",
    start: (stack) => serve(stack, { names: [] }),
    broken: ["tls", "certificate-without-names"],
  },
  {
    name: "certificate self-signed",
    start: (stack) => serve(stack, { issuer: undefined }, { whole: false, trusted: false }),
    broken: ["tls", "certificate-self-signed"],
  },
  {
    name: "authority unknown",
    start: async (stack) => {
      const leaf = await makeCertificate({ commonName: "localhost", issuer: ROOT });
      const server = stack.use(echoServer({ cert: leaf.cert + ROOT.cert, key: leaf.key }));
      return { target: `tls://localhost:${server.port}` };
    },
    broken: ["tls", "certificate-unknown-authority"],
  },
  {
    name: "intermediate missing",
    start: (stack) => serve(stack, {}, { whole: false }),
    broken: ["tls", "chain-incomplete"],
  },
  {
    name: "intermediate expired",
    start: async (stack) => {
      const by = await makeCertificate({
        authority: true,
        names: [],
        commonName: "Old Middle",
        issuer: ROOT,
        days: [-400, -3],
      });
      return await serve(stack, {}, { by });
    },
    broken: ["tls", "certificate-expired"],
  },
  {
    name: "certificate for clients only",
    start: (stack) => serve(stack, { purposes: ["1.3.6.1.5.5.7.3.2"] }),
    broken: ["tls", "certificate-wrong-purpose"],
  },
]);

Deno.test("check: a key of RSA that is too large is the cause of a certificate that is refused", async () => {
  const der = Uint8Array.fromBase64(ROOT.cert.replace(/-----[^-]+-----|\s/g, ""));
  const [certificate] = await readChain([der]);
  assert(certificate);
  const chain = [{ ...certificate, key: "RSA 16384", large: true }];
  const error = { code: "tls-bad-certificate", message: "the certificate is not acceptable", chain };
  const at = { host: "localhost", address: { address: "127.0.0.1", family: 4 as const }, port: 443 };
  const findings = judgeHandshake({ ms: 1, error }, at, new Date());
  assertEquals(findings.map(({ code }) => code), ["certificate-large-key"]);
});
