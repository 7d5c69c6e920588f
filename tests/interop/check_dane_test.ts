import { assert } from "@std/assert";
import { makeCertificate, type TestCertificate } from "../kit/certificates.ts";
import { type CheckSetup, testSetups } from "../kit/check_setup.ts";
import { hiddenDays } from "../kit/days.ts";
import { LDNS, signRoot } from "../kit/ldns.ts";
import { startNginx } from "../kit/nginx.ts";
import { startNsd } from "../kit/nsd.ts";
import { POSTFIX, startPostfix } from "../kit/postfix.ts";

const NAME = "dane.test";
const ROOT = await makeCertificate({ authority: true, names: [], commonName: "DANE Root" });
const LEAF = await makeCertificate({ names: [NAME], commonName: NAME, issuer: ROOT, days: [-1, 90] });
/** The authority is sent, too, for records about it. */
const WHOLE = { cert: LEAF.cert + ROOT.cert, key: LEAF.key };

const der = ({ cert }: TestCertificate) => Uint8Array.fromBase64(cert.replace(/-----[^-]+-----|\s/g, ""));
const hashOf = async (bytes: Uint8Array<ArrayBuffer>) =>
  new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
const keyHash = Uint8Array.fromBase64(LEAF.pin.replace("sha256:", "")).toHex();

/** Records by what they are about, and whether they match. */
const RECORDS = [
  { title: "of the key", record: `3 1 1 ${keyHash}`, matches: true },
  { title: "of another key", record: `3 1 1 ${"0".repeat(64)}`, matches: false },
  { title: "of the authority", record: `2 0 1 ${await hashOf(der(ROOT))}`, matches: true },
  { title: "of another authority", record: `2 0 1 ${"0".repeat(64)}`, matches: false },
];

/** Serves a signed zone with these records; returns the name server and the key of the zone, as options. */
async function zone(stack: AsyncDisposableStack, records: readonly string[]) {
  const { zone, anchors } = await signRoot([`${NAME}. 300 IN A 127.0.0.1`, ...records]);
  const { port } = stack.use(await startNsd({ ".": zone }));
  return { anchors, servers: [{ protocol: "udp" as const, host: "127.0.0.1", port }], tls: { caCerts: [ROOT.cert] } };
}

/** Asks openssl, which is given the records, whether one matches. */
async function opensslMatches(port: string, record: string): Promise<boolean> {
  const args = ["s_client", "-connect", `127.0.0.1:${port}`, "-servername", NAME, "-dane_tlsa_domain", NAME];
  const command = new Deno.Command("openssl", { args: [...args, "-dane_tlsa_rrdata", record], stdin: "null" });
  return /^DANE TLSA .* matched /m.test(new TextDecoder().decode((await command.output()).stdout));
}

testSetups([
  ...RECORDS.map(({ title, record, matches }): CheckSetup => ({
    name: `HTTPS with a signed TLSA record ${title}`,
    peers: ["nginx", "nsd", "openssl", ...LDNS],
    async start(stack) {
      const folder = await Deno.makeTempDir();
      stack.defer(() => Deno.remove(folder, { recursive: true }));
      await Deno.mkdir(`${folder}/root`);
      await Deno.writeTextFile(`${folder}/root/index.html`, "<!doctype html><title>DANE</title>");
      const more = "ssl_protocols TLSv1.2 TLSv1.3;";
      const { url } = stack.use(await startNginx(folder, { tls: WHOLE, more }));
      const { port } = new URL(url);
      assert(await opensslMatches(port, record) === matches, "openssl finds the same");
      const options = await zone(stack, [`_${port}._tcp.${NAME}. 300 IN TLSA ${record}`]);
      return { target: `https://${NAME}:${port}/`, options, hide: { ...hiddenDays(-1, 90), [`_${port}.`]: "_PORT." } };
    },
    codes: [matches ? "dane-match" : "dane-mismatch", "dnssec-secure", "tls-trusted"],
  })),
  ...RECORDS.map(({ title, record, matches }): CheckSetup => ({
    name: `mail domain with a signed TLSA record ${title}`,
    peers: ["nsd", ...POSTFIX, ...LDNS],
    async start(stack) {
      // The certificate is of no authority that counts: the record is enough.
      const { smtp } = stack.use(await startPostfix({ tls: WHOLE, host: NAME }));
      const options = await zone(stack, [
        ...[`${NAME}. 300 IN MX 10 ${NAME}.`, `${NAME}. 300 IN TXT "v=spf1 mx -all"`],
        ...[`_dmarc.${NAME}. 300 IN TXT "v=DMARC1; p=reject; rua=mailto:d@${NAME}"`],
        `_25._tcp.${NAME}. 300 IN TLSA ${record}`,
      ]);
      const connectTo = [{ port: 25, toHost: "127.0.0.1", toPort: smtp }];
      return { target: `mail:${NAME}`, options: { ...options, tls: {}, connectTo } };
    },
    ...(matches ? {} : { broken: ["tls", "mx-dane-mismatch"] as const }),
    codes: ["mx-dane", matches ? "mx-dane-match" : "mx-dane-mismatch"],
  })),
], { words: true });
