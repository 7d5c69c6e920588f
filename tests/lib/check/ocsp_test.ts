import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { parseOcsp } from "../../../lib/check/tls/hello/ocsp.ts";
import { judgeOcsp } from "../../../lib/check/tls/judge_certificate.ts";
import { readOcsp } from "../../../lib/check/tls/ocsp.ts";
import { X509Certificate } from "../../../lib/deps/x509.ts";
import { makeCertificate, type TestCertificate } from "../../kit/certificates.ts";
import { withFolder } from "../../kit/folder.ts";
import { peerTest } from "../../kit/peer.ts";

const OCSP_SIGNING = ["1.3.6.1.5.5.7.3.9"];
const DAY = 86_400_000;

const issuer = await makeCertificate({ authority: true, names: [], commonName: "Test Root", days: [-30, 60] });
const other = await makeCertificate({ authority: true, names: [], commonName: "Test Root", days: [-30, 60] });
const [leaf, second] = await Promise.all([makeCertificate({ issuer }), makeCertificate({ issuer })]);
const responder = await makeCertificate({ issuer, names: [], commonName: "OCSP", purposes: OCSP_SIGNING });
const unfit = await makeCertificate({ issuer, names: [], commonName: "OCSP", purposes: ["1.3.6.1.5.5.7.3.1"] });
const late = await makeCertificate({ issuer, names: [], purposes: OCSP_SIGNING, days: [-20, -10] });
const stranger = await makeCertificate({ issuer: other, names: [], purposes: OCSP_SIGNING });

function der({ cert }: { readonly cert: string }): Uint8Array<ArrayBuffer> {
  return new Uint8Array(new X509Certificate(cert).rawData);
}

interface Wish {
  /** Certificate with which the response is signed. @default the issuer */
  readonly signer?: TestCertificate;
  /** Certificate that it is about. @default the leaf */
  readonly about?: TestCertificate;
  /** Line of the index of the authority: valid, revoked, none. @default "V" */
  readonly state?: "V" | "R" | "";
  readonly more?: readonly string[];
}

/** Returns a response that `openssl ocsp` makes. */
async function made(folder: string, wish: Wish): Promise<Uint8Array<ArrayBuffer>> {
  const { signer = issuer, about = leaf, state = "V", more = ["-ndays", "7"] } = wish;
  const serial = new X509Certificate(about.cert).serialNumber.toUpperCase();
  const revoked = state === "R" ? "260101000000Z" : "";
  const index = state === "" ? "" : `${state}\t20991231235959Z\t${revoked}\t${serial}\tunknown\t/CN=x\n`;
  const files = { "ca.pem": issuer.cert, "by.pem": signer.cert, "by.key": signer.key, "cert.pem": about.cert, index };
  const own = await Deno.makeTempDir({ dir: folder });
  const at = (name: string) => `${own}/${name}`;
  await Promise.all(Object.entries(files).map(([name, text]) => Deno.writeTextFile(at(name), text)));
  const by = ["-CA", at("ca.pem"), "-rsigner", at("by.pem"), "-rkey", at("by.key"), "-issuer", at("ca.pem")];
  const args = ["ocsp", "-index", at("index"), ...by, "-cert", at("cert.pem"), "-noverify", ...more];
  const { success, stderr } = await new Deno.Command("openssl", { args: [...args, "-respout", at("r")] }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return await Deno.readFile(at("r"));
}

/** Responses, the days after which they are read, and the codes of the findings. */
const ROWS: readonly (readonly [title: string, wish: Wish, days: number, codes: string, reason?: RegExp])[] = [
  ["by the issuer", {}, 0, "ocsp-stapled"],
  ["by the issuer, with other hashes", { more: ["-ndays", "7", "-rmd", "sha384"] }, 0, "ocsp-stapled"],
  ["by the issuer, without an end", { more: [] }, 0, "ocsp-stapled"],
  ["without the certificate of the signer", { more: ["-resp_no_certs"] }, 0, "ocsp-stapled"],
  ["of a revoked certificate", { state: "R" }, 0, "certificate-revoked"],
  ["of an unknown certificate", { state: "" }, 0, "ocsp-unusable"],
  ["that has ended", {}, 8, "ocsp-stale"],
  ["from the future", {}, -1, "ocsp-not-yet-valid"],
  ["by a responder of the issuer", { signer: responder }, 0, "ocsp-stapled"],
  ["of a revoked certificate by a responder", { signer: responder, state: "R" }, 0, "certificate-revoked"],
  ["by a responder that is named by its key", { signer: responder, more: ["-resp_key_id"] }, 0, "ocsp-stapled"],
  [
    "by a responder without its certificate",
    { signer: responder, more: ["-resp_no_certs"] },
    0,
    "ocsp-invalid",
    /issuer/,
  ],
  ["by a certificate for servers", { signer: unfit }, 0, "ocsp-invalid", /not for OCSP/],
  ["by a responder that has ended", { signer: late }, 0, "ocsp-invalid", /not valid now/],
  ["by another authority of the same name", { signer: other }, 0, "ocsp-invalid", /no certificate of the issuer/],
  ["by a responder of another authority", { signer: stranger, state: "R" }, 0, "ocsp-invalid", /of the issuer/],
  ["about another certificate", { about: second }, 0, "ocsp-invalid", /another certificate/],
  ["signed with SHA-1", { more: ["-rmd", "sha1"] }, 0, "ocsp-unverified", /not supported/],
];

peerTest("OCSP: stapled responses are verified", ["openssl"], () =>
  withFolder(async (folder) => {
    await Promise.all(ROWS.map(async ([title, wish, days, codes, reason]) => {
      const now = new Date(Date.now() + days * DAY);
      const answer = await readOcsp(await made(folder, wish), der(leaf), [der(other), der(issuer)], now);
      assertEquals([title, judgeOcsp(answer, now).map(({ code }) => code).join(" ")], [title, codes]);
      assertEquals([title, (reason ?? /^$/).test(answer.problem ?? answer.unverified ?? "")], [title, true]);
    }));
  }));

peerTest("OCSP: a response that is changed proves nothing, and one whose issuer is not known is not verified", [
  "openssl",
], () =>
  withFolder(async (folder) => {
    const now = new Date();
    const bytes = await made(folder, { signer: responder });
    const unknown = await readOcsp(bytes, der(leaf), [der(other)], now);
    assertEquals(judgeOcsp(unknown, now).map(({ code }) => code), ["ocsp-unverified"]);
    const parsed = parseOcsp(bytes);
    assert(typeof parsed === "object");
    const start = bytes.toHex().indexOf(parsed.signed.toHex()) / 2;
    await fc.assert(
      fc.asyncProperty(fc.nat(parsed.signed.length - 1), fc.integer({ min: 1, max: 255 }), async (at, change) => {
        const changed = bytes.slice();
        changed[start + at] = (changed[start + at] ?? 0) ^ change;
        const { status, problem, unverified } = await readOcsp(changed, der(leaf), [der(issuer)], now);
        assert(status === "error" || problem !== undefined || unverified !== undefined);
      }),
      { seed: 6960, numRuns: 150 },
    );
  }));
