import { assertEquals } from "@std/assert";
import { formatAddress } from "../../../lib/core/mod.ts";
import { encode } from "../../../lib/deps/dns_packet.ts";
import { makeCertificate } from "../certificates.ts";
import { serveRelease } from "../release_folder.ts";
import { scriptedServer } from "../scripted_dns.ts";
import { succeeded, type Trial } from "../trial.ts";

/** Trials of `resolve` and the umbrella. */
export const TRIALS: readonly Trial[] = [
  {
    verb: "resolve",
    reads: ["/etc/resolv.conf"],
    run: async ({ tool }) => succeeded(await tool(["-4", "localhost"]), "127.0.0.1"),
  },
  {
    verb: "resolve",
    as: "at a server",
    async run({ tool }) {
      await using server = scriptedServer(({ query: { id }, send }) => {
        const name = "example.test";
        const answers = [{ type: "A", name, ttl: 60, data: "192.0.2.7" }] as const;
        const questions = [{ type: "A", name }] as const;
        return send(encode({ id, type: "response", flags: 0, questions: [...questions], answers: [...answers] }));
      });
      succeeded(await tool(["--server", formatAddress(server.addr), "--type", "A", "example.test"]), "192.0.2.7");
    },
  },
  {
    verb: "toucan version",
    proves: ["--cacert"],
    async run({ tool, write }) {
      const certificate = await makeCertificate();
      await write("ca.pem", certificate.cert);
      const sums = `${"0".repeat(64)}  toucan-0.0.1-x86_64-apple-darwin.tar.xz\n`;
      await using site = serveRelease("", () => new Response(sums), certificate);
      succeeded(await tool(["--check", "--cacert", "ca.pem", "--releases", site.url]), "is the newest version");
      assertEquals(site.requests.length, 1);
    },
  },
  {
    verb: "toucan tour",
    keeps: ["."],
    async run({ here, tool }) {
      succeeded(await tool([]), "nothing left this machine");
      assertEquals([...Deno.readDirSync(here)], []);
    },
  },
];
