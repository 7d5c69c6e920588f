import { assert, assertEquals, assertMatch, assertRejects, assertStringIncludes } from "@std/assert";
import { ToucanError, writeAll } from "../../../lib/core/mod.ts";
import { NODE_TLS_PROVES_KEYS } from "../../../lib/core/tls/client/node_client.ts";
import { connectFtp, type FtpClientOptions, type FtpSecurity } from "../../../lib/ftp/mod.ts";
import { makeCertificate } from "../../kit/certificates.ts";
import { receiveData } from "../../kit/ftp_replies.ts";
import { type FtpMischief, type FtpScript, scriptedFtp } from "../../kit/scripted_ftp.ts";
import { DEADLINE_MS } from "../../kit/wait.ts";

const authority = await makeCertificate({ authority: true, names: [] });
const certificate = await makeCertificate({ issuer: authority });
const other = await makeCertificate({ issuer: authority });
const stranger = await makeCertificate();

const TRUST: FtpClientOptions = { timeout: DEADLINE_MS, stall: DEADLINE_MS, tls: { caCerts: [authority.cert] } };
const EXPLICIT: FtpClientOptions = { ...TRUST, security: "explicit" };
const fails = (work: () => Promise<unknown>) => assertRejects(work, ToucanError);
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

for (const security of ["explicit", "implicit"] as const satisfies readonly FtpSecurity[]) {
  Deno.test(`ftp client, ${security} TLS: commands and data are protected before user and password are sent`, async () => {
    const script: FtpScript = { tls: certificate, implicit: security === "implicit", files: { "/a": "hello" } };
    await using server = scriptedFtp(script);
    await using client = await connectFtp(server.address, { ...TRUST, security });
    assertEquals(text(await client.retrieveBytes("/a")), "hello");
    await client.store("/b", "world");
    assertEquals(server.files.get("/b"), "world");
    assertEquals((await client.list("/")).entries.length, 2);
    const start = security === "explicit" ? ["AUTH TLS"] : [];
    assertEquals(server.lines.slice(0, start.length + 4), [
      ...[...start, "PBSZ 0", "PROT P", "USER anonymous", "PASS anonymous@"],
    ]);
  });
}

/** Replies to the commands of TLS, the code of the error, and the last command that the server has seen. */
const REFUSALS: readonly [what: string, changes: Record<string, FtpMischief>, code: string, last: string][] = [
  ["AUTH is unknown", { AUTH: "502 No\r\n" }, "tls-refused", "AUTH TLS"],
  ["AUTH is refused", { AUTH: "534 No\r\n" }, "tls-refused", "AUTH TLS"],
  [
    "AUTH needs a login, as for vsftpd without TLS",
    { AUTH: "530 Please login with USER and PASS.\r\n" },
    "tls-refused",
    "AUTH TLS",
  ],
  ["AUTH has to wait", { AUTH: "431 Later\r\n" }, "ftp-transient", "AUTH TLS"],
  ["AUTH needs more", { AUTH: "334 ADAT=\r\n" }, "unexpected-reply", "AUTH TLS"],
  ["a reply follows 234", { AUTH: "234 Go\r\n230 Logged in\r\n" }, "tls-injection", "AUTH TLS"],
  ["a byte follows 234", { AUTH: "234 Go\r\n2" }, "tls-injection", "AUTH TLS"],
  ["PROT P is refused", { PROT: "536 No\r\n" }, "tls-refused", "USER anonymous"],
  ["PROT P is unknown", { PROT: "500 No\r\n" }, "tls-refused", "USER anonymous"],
];

for (const [what, changes, code, last] of REFUSALS) {
  Deno.test(`ftp client, explicit TLS: when ${what}, nothing is sent without it (${code})`, async () => {
    await using server = scriptedFtp({ tls: certificate, changes });
    const error = await fails(() => connectFtp(server.address, EXPLICIT));
    assertEquals(error.code, code);
    const hints = last === "AUTH TLS" ? /^the server offers no TLS here/ : /encrypts logins, but no files/;
    if (code === "tls-refused") assertMatch(error.hint ?? "", hints);
    assertEquals(server.lines.at(-1), last);
  });
}

Deno.test("ftp client, TLS: a server that is not trusted gets no user name", async () => {
  await using server = scriptedFtp({ tls: stranger });
  const trust: FtpClientOptions["tls"][] = [{ caCerts: [authority.cert] }, { pin: certificate.pin }];
  for (const tls of trust) {
    const error = await fails(() => connectFtp(server.address, { ...EXPLICIT, tls }));
    const codes = ["tls-unknown-issuer", NODE_TLS_PROVES_KEYS ? "pin-mismatch" : "tls-unsupported"];
    assert(codes.includes(error.code), error.code);
  }
  assert(server.lines.every((line) => line === "AUTH TLS"), server.lines.join());
});

Deno.test("ftp client, TLS: a pin and no verification hold for data connections as well", async () => {
  const script = { tls: certificate, files: { "/a": "hello" } };
  for (const tls of [{ pin: certificate.pin }, { insecure: true }]) {
    await using server = scriptedFtp(script);
    if (!NODE_TLS_PROVES_KEYS) {
      const error = await fails(() => connectFtp(server.address, { ...EXPLICIT, tls }));
      assertEquals([error.code, server.connections], ["tls-unsupported", 0]);
      continue;
    }
    await using client = await connectFtp(server.address, { ...EXPLICIT, tls });
    assertEquals(text(await client.retrieveBytes("/a")), "hello");
  }
});

const title = "ftp client, TLS: a data connection with another key gets no data";
Deno.test(title, { ignore: !NODE_TLS_PROVES_KEYS }, async () => {
  let received = "";
  const changes: Record<string, FtpMischief> = {
    RETR: async (wire) => {
      wire.dataCertificate = other;
      await wire.say("150 Here it comes\r\n");
      await writeAll(await wire.data(), new TextEncoder().encode("forged"));
      await wire.say("226 Done\r\n");
    },
    STOR: async (wire) => {
      wire.dataCertificate = other;
      received += await receiveData(wire).catch(() => "");
      await wire.say("226 Done\r\n");
    },
  };
  for (const tls of [TRUST.tls, { insecure: true }]) {
    await using server = scriptedFtp({ tls: certificate, changes });
    await using client = await connectFtp(server.address, { ...EXPLICIT, tls });
    assertEquals((await fails(() => client.retrieve("/a"))).code, "data-key-mismatch");
    assertEquals((await fails(() => client.store("/a", "secret"))).code, "data-key-mismatch");
  }
  assertEquals(received, "");
});

Deno.test("ftp client, TLS: a data connection of another authority is refused", async () => {
  const RETR: FtpMischief = async (wire) => {
    wire.dataCertificate = stranger;
    await wire.say("150 Here it comes\r\n");
    await wire.data().catch(() => {});
    await wire.say("425 No connection\r\n");
  };
  await using server = scriptedFtp({ tls: certificate, changes: { RETR } });
  await using client = await connectFtp(server.address, EXPLICIT);
  assertEquals((await fails(() => client.retrieve("/a"))).code, "tls-unknown-issuer");
});

Deno.test("ftp client, TLS: a refused transfer does no handshake, and leaves the session usable", async () => {
  await using server = scriptedFtp({ tls: certificate });
  await using client = await connectFtp(server.address, EXPLICIT);
  for (let count = 0; count < 2; count++) {
    assertEquals((await fails(() => client.retrieve("/none"))).code, "no-such-file");
  }
  await client.noop();
});

Deno.test("ftp client, TLS: data that ends without close_notify is whole only if its size says so", async () => {
  let cut = Promise.withResolvers<void>();
  const RETR: FtpMischief = async (wire) => {
    await wire.say("150 Here it comes (5 bytes)\r\n");
    await writeAll(await wire.data(), new TextEncoder().encode("hello"));
    await cut.promise;
    wire.cut();
    await wire.say("226 Done\r\n");
  };
  await using server = scriptedFtp({ tls: certificate, changes: { RETR } });
  for (const [size, code] of [[undefined, "connection-cut"], [6, "connection-cut"], [5, undefined]] as const) {
    cut = Promise.withResolvers();
    await using client = await connectFtp(server.address, EXPLICIT);
    await using download = await client.retrieve("/a", { size });
    const buffer = new Uint8Array(100);
    assertEquals(await download.read(buffer), 5);
    cut.resolve();
    if (code === undefined) {
      assertEquals(await download.read(buffer), null);
      await download.end();
    } else {
      assertEquals((await fails(() => download.read(buffer))).code, code);
    }
  }
});

Deno.test("ftp client, TLS: a server that requires session reuse is named as such", async () => {
  const refusals = [
    "522 SSL connection failed: session reuse required\r\n",
    "425 Unable to build data connection: Operation not permitted\r\n",
  ];
  for (const refusal of refusals) {
    const RETR: FtpMischief = async (wire) => {
      await wire.say("150 Here it comes\r\n");
      await wire.data();
      wire.cut();
      await wire.say(refusal);
    };
    await using server = scriptedFtp({ tls: certificate, changes: { RETR } });
    await using client = await connectFtp(server.address, EXPLICIT);
    const error = await fails(() => client.retrieveBytes("/a"));
    assertEquals(error.code, "tls-session-reuse");
    assertStringIncludes(error.message, "resume a TLS session");
    await client.noop();
  }
});
