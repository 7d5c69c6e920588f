import { assertEquals } from "@std/assert";
import { resolve } from "../../../lib/dns/mod.ts";
import { DnsConnections, parseNameServer } from "../../../lib/dns/internal.ts";
import { makeCertificate } from "../certificates.ts";
import { KEY_FILE } from "../transfer_server.ts";
import type { Place, Trial } from "../trial.ts";

/** Runs `resolve serve` with these arguments, and a client that asks it for `app.test`, over TLS if it listens there. */
function serving(words: readonly string[], prepare: (place: Place) => Promise<unknown> = () => Promise.resolve()) {
  return async (place: Place) => {
    await prepare(place);
    await using tool = await place.start(["--port", "0", ...words, "app.test=192.0.2.7"]);
    const scheme = words.includes("--tls-listen") ? "tls" : words.includes("--https-listen") ? "https" : "udp";
    const [, url = ""] = await tool.stderrMatch(new RegExp(`listening on (${scheme}:\\S+)\n`));
    const secured = scheme !== "udp";
    await using connections = new DnsConnections({ tls: { insecure: secured } });
    for await (const { answers } of resolve("app.test", { server: parseNameServer(url), types: ["A"], connections })) {
      assertEquals(answers.map(({ data }) => data), ["192.0.2.7"]);
    }
    tool.process.kill("SIGTERM");
    assertEquals(await tool.code, 0);
  };
}

/** Trials of `resolve serve`. */
export const TRIALS: readonly Trial[] = [
  { verb: "resolve serve", run: serving([]) },
  {
    verb: "resolve serve",
    proves: ["--cert", "--key"],
    reads: ["cert.pem", "key.pem"],
    run: serving(["--tls-listen", "0", "--cert", "cert.pem", "--key", "key.pem"], async ({ write }) => {
      const pair = await makeCertificate();
      await write("cert.pem", pair.cert);
      await write("key.pem", pair.key);
    }),
  },
  { verb: "resolve serve", as: "over HTTPS", run: serving(["--https-listen", "0"]) },
  {
    verb: "resolve serve",
    proves: ["--zone", "--tsig", "--hosts"],
    included: ["zones/more.zone"],
    run: serving(["--zone", "zones/example.zone", "--tsig", "key.txt", "--hosts", "hosts"], async ({ write }) => {
      await write("hosts", "192.0.2.1 other.test\n");
      await write("key.txt", KEY_FILE);
      await write("zones/more.zone", "www A 192.0.2.1\n");
      await write(
        "zones/example.zone",
        "$ORIGIN example.test.\n@ 60 SOA ns admin 1 2 3 4 5\n@ NS ns\nns A 192.0.2.53\n$INCLUDE more.zone\n",
      );
    }),
  },
  {
    verb: "resolve serve",
    as: "with the servers of the system",
    reads: ["/etc/resolv.conf"],
    run: serving(["--forward", "system"]),
  },
  {
    verb: "resolve serve",
    proves: ["--cacert"],
    run: serving(["--forward", "tls://127.0.0.1:9", "--cacert", "ca.pem"], async ({ write }) => {
      await write("ca.pem", (await makeCertificate()).cert);
    }),
  },
  {
    verb: "resolve serve",
    proves: ["--tls-dir"],
    reads: ["kept/cert.pem", "kept/key.pem"],
    run: async (place) => {
      await serving(["--tls-listen", "0", "--tls-dir", "kept"])(place);
      await place.read("kept/key.pem");
    },
  },
];
