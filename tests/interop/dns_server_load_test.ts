import { assertEquals } from "@std/assert";
import { serveDns } from "../../lib/dns/mod.ts";
import { makeCertificate } from "../kit/certificates.ts";
import { withFolder } from "../kit/folder.ts";
import { peerTest } from "../kit/peer.ts";
import { system } from "../kit/system.ts";

const COUNT = 3000;
const NAMES = 1000;
const ZONE = "@ 60 SOA ns admin 1 2 3 4 5\n@ NS ns\nns A 192.0.2.53\n$GENERATE 0-899 n$ A 192.0.2.1\n";

/** Numbers of dnsperf's report. */
function reportOf(text: string) {
  const number = (pattern: RegExp) => Number(pattern.exec(text)?.[1] ?? NaN);
  return {
    completed: number(/Queries completed: +(\d+)/),
    lost: number(/Queries lost: +(\d+)/),
    found: number(/NOERROR (\d+)/),
    missing: number(/NXDOMAIN (\d+)/),
  };
}

peerTest(
  "dnsperf: loses no query over UDP, over pipelined TCP, and over TLS",
  ["dnsperf"],
  () =>
    withFolder(async (folder) => {
      const queries = Array.from({ length: NAMES }, (_, number) => `n${number}.example.test A\n`);
      await Deno.writeTextFile(`${folder}/queries`, queries.join(""));
      const address = "127.0.0.1:0";
      await using server = serveDns(address, {
        zones: [{ origin: "example.test", text: ZONE }],
        tls: { address, ...await makeCertificate() },
      });
      for (const [mode, addr] of [["udp", server.addr], ["tcp", server.addr], ["dot", server.tlsAddr]] as const) {
        const words = `-s 127.0.0.1 -p ${addr?.port} -m ${mode} -n ${COUNT / NAMES} -c 4 -q 64 -d ${folder}/queries`;
        const { stdout } = await system("dnsperf", words.split(" "));
        assertEquals(reportOf(stdout), { completed: COUNT, lost: 0, found: 2700, missing: 300 }, stdout);
      }
    }),
);
