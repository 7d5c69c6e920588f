import { assertEquals } from "@std/assert";
import { dnsProbe } from "../../../lib/check/application/dns.ts";
import { answering, type DnsServerOptions, serveDns } from "../../../lib/dns/mod.ts";
import { serveHttps } from "../../../lib/dns/server/transport/https.ts";
import { decodeHead, type DnsHead, recordFrom } from "../../../lib/dns/internal.ts";
import { type CheckSetup, testSetups } from "../../kit/check_setup.ts";
import { makeCertificate } from "../../kit/certificates.ts";
import { freeUdpPort } from "../../kit/port.ts";
import { framed, response, type ResponseParts, scriptedServer } from "../../kit/scripted_dns.ts";
import { keyPair } from "../../kit/sink_certificate.ts";
import { startNsd } from "../../kit/nsd.ts";

type Expected = Pick<CheckSetup, "broken" | "codes" | "without">;

const ZONE = "$ORIGIN zone.test.\n@ 60 SOA ns.zone.test. root.zone.test. 7 1 1 1 1\n@ 60 NS ns\nns 60 A 127.0.0.1\n";
const ZONES = [{ origin: "zone.test", text: ZONE }];
const ROOT_NS = { name: ".", type: "NS", data: "a.root.test." };
const NO_EDNS = { codes: ["dns-without-edns"] } as const;

/** A server of our own. */
function served(name: string, options: DnsServerOptions, path: string, expected: Expected): CheckSetup {
  return {
    name: `DNS server ${name}`,
    start: (stack) => ({ target: `dns://${stack.use(serveDns("127.0.0.1:0", options)).address}${path}` }),
    ...expected,
  };
}

/** A scripted server; `parts` is what it answers over UDP, undefined for nothing. Over TCP it answers if `tcp` says so. */
function scripted(
  name: string,
  parts: (query: DnsHead) => ResponseParts | undefined,
  tcp: boolean,
  expected: Expected,
  path = "/",
): CheckSetup {
  return {
    name: `DNS server ${name}`,
    start(stack) {
      const server = stack.use(scriptedServer(
        async ({ query, send }) => {
          const answer = parts(query);
          if (answer) await send(response(query, answer));
        },
        tcp ? (query) => framed(response(query, { answers: [ROOT_NS] })) : undefined,
      ));
      return { target: `dns://127.0.0.1:${server.addr.port}${path}`, options: { timeout: 800 } };
    },
    ...expected,
  };
}

testSetups([
  {
    name: "DNS server on the port of a rule",
    start(stack) {
      const { port } = stack.use(serveDns("127.0.0.1:0", { zones: ZONES })).addr;
      return { target: "dns://localhost", options: { connectTo: [{ port: 53, toHost: "127.0.0.1", toPort: port }] } };
    },
    codes: ["dns-refuses"],
  },
  {
    name: "DNS server at the second of two addresses",
    start(stack) {
      const { port } = stack.use(serveDns("127.0.0.1:0", { zones: ZONES })).addr;
      const resolve = [{ host: "dns.test", port, addresses: ["127.0.0.9", "127.0.0.1"] }];
      return { target: `dns://dns.test:${port}/zone.test`, options: { timeout: 1200, resolve } };
    },
    codes: ["address-unanswered", "dns-zone"],
  },
  {
    name: "DNS server with both addresses silent",
    start() {
      const port = freeUdpPort();
      const resolve = [{ host: "dns.test", port, addresses: ["127.0.0.9", "127.0.0.8"] }];
      return { target: `dns://dns.test:${port}`, options: { timeout: 600, resolve } };
    },
    broken: ["application", "dns-silent"],
    codes: ["datagram-unanswered"],
    without: ["address-unanswered"],
  },
  ...["resolve", "connect-to"].map((rule): CheckSetup => ({
    name: `DNS over HTTPS by a rule of ${rule}`,
    async start(stack) {
      const certificate = await makeCertificate({ names: ["dns.test"], commonName: "dns.test" });
      const answer = (query: Uint8Array) => response(decodeHead(query), { answers: [ROOT_NS] });
      const { addr } = stack.use(serveHttps("127.0.0.1:0", answer, { tls: certificate }));
      const port = "port" in addr ? addr.port : 0;
      const tls = { caCerts: [certificate.cert] };
      return rule === "resolve"
        ? {
          target: `doh://dns.test:${port}`,
          options: { tls, resolve: [{ host: "dns.test", port, addresses: ["127.0.0.1"] }] },
        }
        : {
          target: "doh://dns.test",
          options: { tls, connectTo: [{ host: "dns.test", toHost: "127.0.0.1", toPort: port }] },
        };
    },
    codes: ["dns-answers", "tls-trusted"],
  })),
  served("with a zone", { zones: ZONES }, "/zone.test", {
    codes: ["dns-zone", "dns-answers"],
    without: ["dns-transfer-open", "dns-open-resolver", "dns-tcp-refused", "dns-without-edns"],
  }),
  served("with a zone transfer that is open", { zones: ZONES, transfer: ["127.0.0.1"] }, "/zone.test", {
    codes: ["dns-transfer-open"],
  }),
  served("without the zone", { zones: ZONES }, "/other.test", { broken: ["application", "dns-zone-refused"] }),
  served("that refuses recursion", { zones: ZONES }, "", { codes: ["dns-refuses"] }),
  {
    name: "DNS server that is an open resolver",
    start(stack) {
      const { address } = stack.use(answering({ ".": { NS: [{ data: "a.root.test." }] } }));
      const server = stack.use(serveDns("127.0.0.1:0", { zones: ZONES, forward: [address] }));
      return { target: `dns://${server.address}/zone.test` };
    },
    codes: ["dns-open-resolver", "dns-zone"],
  },
  {
    name: "DNS server for its own network",
    start(stack) {
      const { address } = stack.use(answering({ ".": { NS: [{ data: "a.root.test." }] } }));
      return { target: `dns://${stack.use(serveDns("127.0.0.1:0", { forward: [address] })).address}` };
    },
    codes: ["dns-recursive"],
    without: ["dns-open-resolver"],
  },
  {
    name: "DNS server that is not there",
    start: () => ({ target: `dns://127.0.0.1:${freeUdpPort()}`, options: { timeout: 600 } }),
    broken: ["application", "dns-silent"],
  },
  scripted("silent over UDP", () => undefined, true, { broken: ["application", "dns-udp-silent"] }),
  scripted("that cannot reach others", ({ questions: [question] }) => question?.type === "NS" ? undefined : {}, false, {
    broken: ["application", "dns-stuck"],
  }),
  scripted("without TCP", () => ({ answers: [ROOT_NS] }), false, {
    broken: ["application", "dns-tcp-refused"],
    ...NO_EDNS,
  }),
  scripted("with a truncated answer and no TCP", () => ({ truncated: true }), false, {
    broken: ["application", "dns-truncated-without-tcp"],
  }),
  scripted("that fails", () => ({ rcode: 2 }), true, { broken: ["application", "dns-failed"] }),
  scripted(
    "that shows its version",
    ({ questions: [question] }) =>
      question?.type === "TXT"
        ? { answers: [{ name: "version.bind.", type: "TXT", class: "CH", data: '"9.18.24 \\007"' }] }
        : { answers: [ROOT_NS] },
    true,
    { codes: ["dns-version-shown"] },
  ),
  scripted("that is lame", () => ({ answers: [{ name: "zone.test.", type: "SOA", data: "a. b. 1 1 1 1 1" }] }), true, {
    broken: ["application", "dns-zone-lame"],
  }, "/zone.test"),
  {
    name: "DNS over TLS",
    start(stack) {
      const { tlsAddr } = stack.use(
        serveDns("127.0.0.1:0", { zones: ZONES, tls: { ...keyPair, address: "127.0.0.1:0" } }),
      );
      return { target: `dot://127.0.0.1:${tlsAddr?.port}`, options: { tls: { caCerts: [keyPair.cert] } } };
    },
    codes: ["dns-answers", "tls-trusted"],
  },
  {
    name: "DNS over TLS with a certificate of another name",
    async start(stack) {
      const other = await makeCertificate({ names: ["dns.other.test"], commonName: "dns.other.test" });
      const tls = { ...other, address: "127.0.0.1:0" };
      const { tlsAddr } = stack.use(serveDns("127.0.0.1:0", { zones: ZONES, tls }));
      return { target: `dot://127.0.0.1:${tlsAddr?.port}`, options: { tls: { caCerts: [other.cert] } } };
    },
    broken: ["tls", "certificate-wrong-name"],
    codes: ["dns-answers"],
  },
  {
    name: "nsd",
    peers: ["nsd"],
    async start(stack) {
      const { port } = stack.use(await startNsd({ "zone.test": ZONE }));
      return { target: `dns://127.0.0.1:${port}/zone.test`, hide: await nsdVersion() };
    },
    codes: ["dns-zone", "dns-version-shown"],
    without: ["dns-transfer-open", "dns-option-dropped"],
  },
], { words: true });

/** The version of the program, which differs between machines. */
async function nsdVersion(): Promise<Readonly<Record<string, string>>> {
  const { stderr, stdout } = await new Deno.Command("nsd", { args: ["-v"] }).output();
  const text = new TextDecoder().decode(stderr) + new TextDecoder().decode(stdout);
  return { [/NSD version (\S+)/.exec(text)?.[1] ?? "no version"]: "VERSION" };
}

Deno.test("check: a server with a public address that resolves names for strangers is an open resolver", () => {
  const message = {
    ...{ id: 1, response: true, opcode: 0, authoritative: false, truncated: false, recursionDesired: true, size: 50 },
    ...{ recursionAvailable: true, authenticData: false, checkingDisabled: false, rcode: 0, questions: [] },
    ...{ answers: [recordFrom({ ttl: 1, ...ROOT_NS })], authorities: [], additionals: [] },
  };
  const answered = { status: "NOERROR", ms: 1, message };
  const address = { address: "203.0.113.53", family: 4 } as const;
  const input = { host: address.address, address, port: 53, namedPort: 53, scheme: "dns", path: "/" } as const;
  const findings = dnsProbe.judge({ root: answered, option: answered, cookie: false, runs: true }, input, new Date());
  assertEquals(findings.some(({ code }) => code === "dns-open-resolver"), true);
});
