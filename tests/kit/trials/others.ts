import { assertEquals, assertStringIncludes } from "@std/assert";
import { formatAddress } from "../../../lib/core/mod.ts";
import { makeCertificate } from "../certificates.ts";
import { echoServer } from "../echo_tls.ts";
import { serveRelease } from "../release_folder.ts";
import { response, scriptedServer } from "../scripted_dns.ts";
import { succeeded, type Trial } from "../trial.ts";
import { everyRecord } from "../every_type.ts";
import { tlsDnsServer } from "../tls_dns.ts";
import { KEY_FILE, transferServer } from "../transfer_server.ts";

/** Trials of `resolve` and the umbrella. */
export const TRIALS: readonly Trial[] = [
  {
    verb: "check",
    proves: ["--html", "--svg"],
    keeps: ["report.html", "report.html.part", "times.svg", "times.svg.part"],
    reads: ["/etc/resolv.conf"],
    async run({ tool, read }) {
      using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
      const target = `tcp://${formatAddress({ transport: "ip", host: "127.0.0.1", port: listener.addr.port })}`;
      succeeded(await tool(["--html", "report.html", "--svg", "times.svg", target]), "✓ reach");
      assertStringIncludes(await read("report.html"), "Nothing is broken");
      assertStringIncludes(await read("times.svg"), "connect");
    },
  },
  {
    verb: "check",
    as: "a server with a certificate",
    proves: ["--cacert"],
    reads: ["/etc/resolv.conf"],
    async run({ tool, write }) {
      const certificate = await makeCertificate({ names: ["localhost"] });
      await write("ca.pem", certificate.cert);
      await using server = echoServer(certificate);
      succeeded(await tool(["--cacert", "ca.pem", `tls://localhost:${server.port}`]), "✓ TLS");
    },
  },
  {
    verb: "resolve",
    reads: ["/etc/resolv.conf"],
    run: async ({ tool }) => succeeded(await tool(["-4", "localhost"]), "127.0.0.1"),
  },
  {
    verb: "resolve",
    as: "at a server",
    async run({ tool }) {
      await using server = scriptedServer(({ query, send }) =>
        send(response(query, { answers: [{ type: "A", name: "example.test.", ttl: 60, data: "192.0.2.7" }] }))
      );
      succeeded(await tool(["--server", formatAddress(server.addr), "--type", "A", "example.test"]), "192.0.2.7");
    },
  },
  {
    verb: "resolve",
    as: "many names",
    proves: ["--resume"],
    async run({ tool, read }) {
      await using server = scriptedServer(({ query, send }) =>
        send(response(query, {
          answers: [{ type: "A", name: query.questions[0]?.name ?? "", ttl: 60, data: "192.0.2.7" }],
        }))
      );
      const args = ["--server", formatAddress(server.addr), "--type", "A", "--resume", "done.txt"];
      succeeded(await tool([...args, "a.test", "b.test"]), "b.test. 60 IN A 192.0.2.7");
      assertEquals((await read("done.txt")).split("\n").slice(-2), ["end", ""]);
    },
  },
  {
    verb: "resolve",
    as: "names of a file",
    proves: ["--file"],
    async run({ tool, write }) {
      await write("names.txt", "a.test\nb.test\n");
      await using server = scriptedServer(({ query, send }) =>
        send(response(query, {
          answers: [{ type: "A", name: query.questions[0]?.name ?? "", ttl: 60, data: "192.0.2.7" }],
        }))
      );
      const args = ["--server", formatAddress(server.addr), "--type", "A", "--file", "names.txt"];
      succeeded(await tool(args), "b.test. 60 IN A 192.0.2.7");
    },
  },
  {
    verb: "resolve",
    as: "over TLS",
    proves: ["--cacert"],
    async run({ tool, write }) {
      const certificate = await makeCertificate();
      await write("ca.pem", certificate.cert);
      await using server = tlsDnsServer(
        certificate,
        (query) => response(query, { answers: [{ type: "A", name: "example.test.", ttl: 60, data: "192.0.2.7" }] }),
      );
      const args = ["--server", `tls://${formatAddress(server.addr)}`, "--cacert", "ca.pem", "--type", "A"];
      succeeded(await tool([...args, "example.test"]), "192.0.2.7");
    },
  },
  {
    verb: "resolve",
    as: "a validation",
    proves: ["--anchor"],
    async run({ tool, write }) {
      await write("anchor.ds", `. IN DS 1 13 2 ${"00".repeat(32)}\n`);
      await using server = scriptedServer(({ query, send }) => send(response(query, { rcode: 3 })));
      const { code, stdout } = await tool([
        ...["--validate", "--anchor", "anchor.ds", "--server", formatAddress(server.addr), "a.test"],
      ]);
      assertEquals([code, stdout.includes("\n; bogus")], [1, true], stdout);
    },
  },
  {
    verb: "resolve",
    as: "delegations",
    proves: ["--root-hints"],
    async run({ tool, write }) {
      await write("hints", ". NS ns.root.\nns.root. A 127.0.0.1\n");
      await using server = scriptedServer(({ query, send }) =>
        send(response(query, { authoritative: true, rcode: 3 }))
      );
      const port = String(server.addr.port);
      const { code, stdout } = await tool(["--trace-delegation", "--root-hints", "hints", "--port", port, "a.test"]);
      assertEquals([code, stdout.includes("\n; name-not-found")], [1, true], stdout);
    },
  },
  {
    verb: "resolve",
    as: "a transfer",
    proves: ["--tsig"],
    async run({ tool, write }) {
      await write("key.txt", KEY_FILE);
      await using server = transferServer(() => [...everyRecord, ...everyRecord.slice(0, 1)]);
      const args = ["--server", server.address, "--axfr", "--tsig", "key.txt", "types.test"];
      succeeded(await tool(args), "192.0.2.53");
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
  {
    verb: "toucan tour",
    proves: ["--html"],
    keeps: [".", "tour.html", "tour.html.part"],
    async run({ tool, read }) {
      succeeded(await tool(["--html", "tour.html", "tcp"]), "4 of 4 legs");
      assertStringIncludes(await read("tour.html"), "<dfn>half-close</dfn>");
    },
  },
];
