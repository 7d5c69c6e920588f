import { assert, assertEquals, assertRejects } from "@std/assert";
import { dial, NetworkError, parseAddress, pinOf } from "../../../lib/core/mod.ts";
import { NODE_TLS_PROVES_KEYS, nodeTls } from "../../../lib/core/tls/client/node_client.ts";
import { provableKey } from "../../../lib/core/tls/certificate/provable.ts";
import { X509Certificate } from "../../../lib/deps/x509.ts";
import { type CertificateWish, makeCertificate } from "../../kit/certificates.ts";
import { impostor, type Reaction, VERSIONS } from "../../kit/impostor.ts";
import { DEADLINE_MS } from "../../kit/wait.ts";

/** Returns what an impostor receives from a client that fetches its certificate and accepts any. */
async function reactionTo(
  der: Uint8Array,
  key: CryptoKey,
  version: typeof VERSIONS[number],
): Promise<Reaction | undefined> {
  const server = impostor(der, key, version);
  const conn = await Deno.connect({ hostname: "127.0.0.1", port: server.port });
  const signal = AbortSignal.timeout(30_000);
  await nodeTls(conn, { sni: "localhost", signal }).then((client) => client.close(), () => {});
  return (await server.reactions())[0];
}

/** A certificate of version 1: the version and the extensions are what a version 3 has more (RFC 5280 §4.1). */
function asVersion1(der: Uint8Array): Uint8Array {
  const at = findBytes(der, [0xa0, 3, 2, 1, 2]);
  return der.with(at + 4, 0);
}

function findBytes(der: Uint8Array, wanted: readonly number[]): number {
  for (let at = 0; at < der.length; at++) if (wanted.every((byte, i) => der[at + i] === byte)) return at;
  throw new Error("not found");
}

const SHAPES: readonly [string, CertificateWish, ((der: Uint8Array) => Uint8Array)?][] = [
  ["self-signed", {}],
  ["authority", { authority: true }],
  ["expired", { days: [-9, -2] }],
  ["not yet valid", { days: [2, 9] }],
  ["another name", { names: ["other.test"] }],
  ["no names", { names: [] }],
  ["version 1", {}, asVersion1],
  ["a boolean that is neither true nor false", {}, (der) => der.with(findBytes(der, [1, 1, 0xff]) + 2, 1)],
];

for (const version of VERSIONS) {
  Deno.test(`a server with the pinned certificate but another key is rejected (TLS ${version})`, async (t) => {
    for (const [name, wish, change] of SHAPES) {
      await t.step(name, async () => {
        const pinned = await makeCertificate(wish);
        const other = await makeCertificate();
        const whole = new Uint8Array(new X509Certificate(pinned.cert).rawData);
        const der = change?.(whole) ?? whole;
        const dialled = (port: number) =>
          dial(parseAddress(`localhost:${port}`), { tls: { pin: pinned.pin }, timeout: DEADLINE_MS });
        const thief = impostor(der, other.keys.privateKey, version);
        const error = await assertRejects(() => dialled(thief.port), NetworkError);
        // This TLS 1.2 server cannot finish a handshake: where the client would, it is cut before it could refuse.
        const codes = change
          ? ["tls-unverifiable-key", ...version === "1.2" ? ["connection-reset"] : []]
          : ["tls-unproved"];
        assert(codes.includes(error.code), error.code);
        await thief.reactions();
        // The same server with the right key: the test can tell the two apart.
        if (change || !NODE_TLS_PROVES_KEYS) return;
        const honest = impostor(der, pinned.keys.privateKey, version);
        await dialled(honest.port).then((connection) => connection.close(), () => {});
        assertEquals((await honest.reactions())[0], "went on");
      });
    }
  });
}

Deno.test({
  name: "where the grammar of a certificate is accepted, the runtime verifies the key",
  ignore: !NODE_TLS_PROVES_KEYS,
  async fn(t) {
    const pinned = await makeCertificate();
    const other = await makeCertificate();
    const der = new Uint8Array(new X509Certificate(pinned.cert).rawData);
    const key = provableKey(der);
    assertEquals(key && await pinOf(key), pinned.pin);
    const slips: string[] = [];
    let accepted = 0;
    let open = 0;
    // Each byte of the certificate changed in one bit, and the whole cut and extended.
    const changed = Array.from(der, (byte, at) => der.with(at, byte ^ 1 << at % 8));
    const variants = [...changed, der.subarray(0, -1), new Uint8Array([...der, 0]), asVersion1(der)];
    for (const [at, variant] of variants.entries()) {
      const provable = provableKey(new Uint8Array(variant)) !== undefined;
      const reaction = await reactionTo(variant, other.keys.privateKey, at % 2 ? "1.2" : "1.3");
      if (provable) accepted++;
      if (reaction === "went on") open++;
      if (provable && reaction === "went on") slips.push(`byte ${at}`);
    }
    assertEquals(slips, []);
    await t.step("and both kinds occur", () => assert(accepted > 50 && open > 20, `${accepted} ${open}`));
  },
});
