import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  dial,
  NetworkError,
  parseAddress,
  parsePin,
  readCaFile,
  selfSigned,
  serverKeyPair,
  SystemError,
  type TlsOptions,
  UsageError,
} from "../../../lib/core/mod.ts";
import { loadRoots } from "../../../lib/core/tls/client/load_roots.ts";
import { handshakeError } from "../../../lib/core/tls/server/handshake_failure.ts";
import { RawStream } from "../../../lib/core/tls/client/raw_stream.ts";
import { type CertificateWish, makeCertificate } from "../../kit/certificates.ts";
import { utf16 } from "../../kit/utf16.ts";
import { echoServer } from "../../kit/echo_tls.ts";
import { withFolder } from "../../kit/folder.ts";
import { DEADLINE_MS } from "../../kit/wait.ts";

async function talk(port: number, tls: TlsOptions, host = "localhost"): Promise<string> {
  using connection = await dial(parseAddress(`${host}:${port}`), { tls, timeout: DEADLINE_MS });
  await connection.write(new TextEncoder().encode("hello"));
  const buffer = new Uint8Array(64);
  const count = await connection.read(buffer) ?? 0;
  return `${new TextDecoder().decode(buffer.subarray(0, count))} ${connection.security?.verified}`;
}

Deno.test("each fault of a certificate has a code of its own", async (t) => {
  const cases: [string, CertificateWish, string][] = [
    ["another name", { names: ["other.test"] }, "tls-name-mismatch"],
    ["expired", { days: [-9, -2] }, "tls-expired"],
    ["not yet valid", { days: [2, 9] }, "tls-not-yet-valid"],
    ["another purpose", { purposes: ["1.3.6.1.5.5.7.3.2"] }, "tls-bad-purpose"],
    ["no names", { names: [] }, "tls-no-names"],
  ];
  for (const [name, wish, code] of cases) {
    await t.step(name, async () => {
      const certificate = await makeCertificate(wish);
      await using server = echoServer(certificate);
      const error = await assertRejects(() => talk(server.port, { caCerts: [certificate.cert] }), NetworkError);
      assertEquals([error.code, error.certificates?.[0]?.pin], [code, certificate.pin]);
      assertEquals(server.received, []);
    });
  }
  await t.step("an unknown issuer", async () => {
    await using server = echoServer(await makeCertificate());
    assertEquals((await assertRejects(() => talk(server.port, {}), NetworkError)).code, "tls-unknown-issuer");
  });
  await t.step("no TLS at all", async () => {
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const served = listener.accept().then(async (conn) => {
      await conn.write(new TextEncoder().encode("SSH-2.0-x\r\nSSH-2.0-x\r\nSSH-2.0-x\r\n"));
      conn.close();
    });
    assertEquals((await assertRejects(() => talk(listener.addr.port, {}), NetworkError)).code, "tls-not-spoken");
    await served;
  });
});

Deno.test("authority, name, address and server name are checked, and suffice", async () => {
  const authority = await makeCertificate({ authority: true });
  const leaf = await makeCertificate({ issuer: authority, names: ["localhost", "127.0.0.1", "inner.test"] });
  await using server = echoServer(leaf);
  const caCerts = [authority.cert];
  assertEquals(await talk(server.port, { caCerts }), "hello authority");
  assertEquals(await talk(server.port, { caCerts }, "127.0.0.1"), "hello authority");
  assertEquals(await talk(server.port, { caCerts, serverName: "inner.test" }), "hello authority");
  await assertRejects(
    () => talk(server.port, { caCerts, serverName: "outer.test" }),
    NetworkError,
    "inner.test, not for outer.test",
  );
});

Deno.test("a pin stands instead of authority and name", async (t) => {
  const authority = await makeCertificate({ authority: true });
  const cases = {
    "our own": await selfSigned(),
    "self-signed": await makeCertificate({ names: ["host.lan"] }),
    "a reserved name": await makeCertificate({ names: ["host.test"] }),
  };
  for (const [name, pair] of Object.entries(cases)) {
    await t.step(name, async () => {
      await using server = echoServer(pair);
      assertEquals(await talk(server.port, { pin: pair.pin }), "hello pin");
      const error = await assertRejects(() => talk(server.port, { pin: authority.pin }), NetworkError);
      assertEquals([error.code, error.certificates?.[0]?.pin], ["pin-mismatch", pair.pin]);
    });
  }
  await t.step("issued by an authority that comes along", async () => {
    const leaf = await makeCertificate({ issuer: authority });
    await using server = echoServer({ ...leaf, cert: leaf.cert + authority.cert });
    assertEquals(await talk(server.port, { pin: leaf.pin }), "hello pin");
  });
  await t.step("issued by an authority that is unknown", async () => {
    const leaf = await makeCertificate({ issuer: authority });
    await using server = echoServer(leaf);
    assertEquals(await talk(server.port, { pin: leaf.pin }), "hello pin");
  });
});

Deno.test("a file that holds the very certificate of the server trusts it, name and dates being checked", async (t) => {
  const cases: [string, CertificateWish, string][] = [
    ["marked as an authority", { authority: true }, "hello authority"],
    ["with a common name alone", { authority: true, names: [], commonName: "localhost" }, "hello authority"],
    ["with another common name", { authority: true, names: [], commonName: "other.test" }, "tls-no-names"],
    ["for another name", { authority: true, names: ["other.test"] }, "tls-name-mismatch"],
    ["expired", { authority: true, days: [-9, -2] }, "tls-expired"],
    ["not yet valid", { authority: true, days: [2, 9] }, "tls-not-yet-valid"],
    ["for clients", { authority: true, purposes: ["1.3.6.1.5.5.7.3.2"] }, "tls-bad-purpose"],
  ];
  for (const [name, wish, expected] of cases) {
    await t.step(name, async () => {
      const certificate = await makeCertificate(wish);
      await using server = echoServer(certificate);
      const said = await talk(server.port, { caCerts: [certificate.cert] })
        .catch((error) => error instanceof NetworkError ? error.code : String(error));
      assertEquals(said, expected);
    });
  }
});

Deno.test("why an issuer is not trusted is told apart", async (t) => {
  const root = await makeCertificate({ authority: true, commonName: "Root" });
  const middle = await makeCertificate({ authority: true, commonName: "Middle", issuer: root });
  const leaf = await makeCertificate({ issuer: middle });
  const twin = await makeCertificate({ authority: true, commonName: "Root" });
  const direct = await makeCertificate({ issuer: root });
  const alone = await makeCertificate();
  const cases: [string, string, string[], string, RegExp][] = [
    ["self-signed", alone.cert, [], "tls-unknown-issuer", /self-signed/],
    ["root presented", direct.cert + root.cert, [], "tls-unknown-issuer", /unknown authority, CN=Root$/],
    ["root not presented", direct.cert, [], "tls-unknown-issuer", /unknown authority, CN=Root$/],
    [
      "another root of that name",
      direct.cert,
      [twin.cert],
      "tls-unknown-issuer",
      /not signed by the key of .* CN=Root$/,
    ],
    ["no intermediate", leaf.cert, [root.cert], "tls-incomplete-chain", /did not send .* of CN=Middle$/],
  ];
  const keys = new Map([[alone.cert, alone.key], [leaf.cert, leaf.key]]);
  for (const [name, cert, caCerts, code, text] of cases) {
    await t.step(name, async () => {
      await using server = echoServer({ cert, key: keys.get(cert) ?? direct.key });
      const error = await assertRejects(() => talk(server.port, { caCerts }), NetworkError);
      assertEquals([error.code, text.test(error.message)], [code, true], error.message);
      assertEquals(error.certificates?.length, cert.split("BEGIN").length - 1);
    });
  }
});

Deno.test("without verification whatever comes is accepted, and the connection says so", async (t) => {
  for (const wish of [{ names: ["other.test"] }, { days: [-9, -2] }, { authority: true }, { names: [] }] as const) {
    await t.step(JSON.stringify(wish), async () => {
      await using server = echoServer(await makeCertificate(wish));
      assertEquals(await talk(server.port, { insecure: true }), "hello nothing");
    });
  }
});

Deno.test("half-close works over TLS", async () => {
  const pair = await selfSigned();
  await using server = echoServer(pair);
  using connection = await dial(parseAddress(`localhost:${server.port}`), {
    tls: { pin: pair.pin },
    timeout: DEADLINE_MS,
  });
  await connection.write(new TextEncoder().encode("hello"));
  await connection.closeWrite();
  assertEquals([await connection.read(new Uint8Array(9)), await connection.read(new Uint8Array(9))], [5, null]);
});

Deno.test("the protocol agreed on is known", async () => {
  const pair = await selfSigned();
  const listener = Deno.listenTls({ hostname: "127.0.0.1", port: 0, ...pair, alpnProtocols: ["b", "c"] });
  const served = listener.accept().then(async (conn) => {
    await conn.handshake();
    conn.close();
  });
  using connection = await dial(parseAddress(`localhost:${listener.addr.port}`), {
    tls: { caCerts: [pair.cert], alpn: ["a", "b"] },
    timeout: DEADLINE_MS,
  });
  assertEquals(connection.security?.alpn, "b");
  await served;
  listener.close();
});

Deno.test("a pin is read in both spellings and nothing else", () => {
  const base64 = "A".repeat(43) + "=";
  assertEquals(parsePin(`sha256:${base64}`), `sha256:${base64}`);
  assertEquals(parsePin(`sha256//${base64}`), `sha256:${base64}`);
  for (const text of ["", base64, `sha1:${base64}`, "sha256:abc", `sha256:${base64}x`]) {
    let error: unknown;
    try {
      parsePin(text);
    } catch (caught) {
      error = caught;
    }
    assert(error instanceof UsageError, text);
  }
});

Deno.test("servers that start at once in one folder have one certificate, also after one that died", async () => {
  const folder = await Deno.makeTempDir();
  try {
    for (const name of ["empty", "left"]) {
      const directory = `${folder}/${name}`;
      if (name === "left") {
        await Deno.mkdir(directory);
        await Deno.writeTextFile(`${directory}/cert.pem`, "half a certifi");
        await serverKeyPair({ directory });
      }
      const pairs = await Promise.all(Array.from({ length: 8 }, () => serverKeyPair({ directory })));
      const kept = await serverKeyPair({ directory });
      for (const pair of pairs) assertEquals(pair, kept);
      assertEquals([...Deno.readDirSync(directory)].map(({ name }) => name).sort(), ["cert.pem", "key.pem"]);
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("a server's certificate is kept in a folder, with a key that only its owner reads", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const directory = `${folder}/tls`;
    const first = await serverKeyPair({ directory });
    assertEquals((await serverKeyPair({ directory })).pin, first.pin);
    assertEquals(((await Deno.stat(`${directory}/key.pem`)).mode ?? 0) & 0o777, 0o600);
    const files = { certFile: `${directory}/cert.pem`, keyFile: `${directory}/key.pem` };
    assertEquals((await serverKeyPair(files)).pin, first.pin);
    assertEquals((await readCaFile(files.certFile)).length, 1);
    // As `openssl … > cert.pem` in Windows PowerShell writes it.
    await Deno.writeFile(`${folder}/utf16.pem`, utf16(await Deno.readTextFile(files.certFile)));
    assertEquals((await readCaFile(`${folder}/utf16.pem`)).length, 1);
    await assertRejects(() => readCaFile(files.keyFile), SystemError, "no certificate found");
    await assertRejects(() => readCaFile(`${folder}/none.pem`), SystemError, "no such file");
    await assertRejects(() => serverKeyPair({ certFile: files.certFile }), UsageError);
    await assertRejects(() => serverKeyPair({ certFile: files.keyFile, keyFile: files.keyFile }), SystemError);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("a server's certificate and key are found in what PEM files hold beside them", async () => {
  const { cert, key } = await makeCertificate();
  const keyless = "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAA==\n-----END ENCRYPTED PRIVATE KEY-----\n";
  const old = key.replace("KEY-----\n", "KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\n");
  const rows: readonly (readonly [certText: string, keyText: string, problem?: string])[] = [
    [cert, key],
    [`\ufeff${cert}`, `\ufeff${key}`],
    [`${key}${cert}`, `${key}${cert}`],
    [`# a comment\n${cert}${cert}`, `Bag Attributes\n${key}`],
    [cert.replaceAll("\n", "\r\n"), key.replaceAll("\n", "\r\n")],
    [cert, keyless, "cannot use key.pem: the private key is encrypted"],
    [cert, old, "cannot use key.pem: the private key is encrypted"],
    [cert, cert, "cannot use key.pem: no private key found"],
    [key, key, "cannot use cert.pem: no certificate found"],
    ["", key, "cannot use cert.pem: no certificate found"],
  ];
  await withFolder(async (folder) => {
    const [certFile, keyFile] = [`${folder}/cert.pem`, `${folder}/key.pem`];
    for (const [certText, keyText, problem] of rows) {
      await Deno.writeTextFile(certFile, certText);
      await Deno.writeTextFile(keyFile, keyText);
      const read = () => serverKeyPair({ certFile, keyFile });
      if (problem === undefined) {
        const pair = await read();
        Deno.listenTls({ hostname: "127.0.0.1", port: 0, cert: pair.cert, key: pair.key }).close();
      } else {
        const error = await assertRejects(read, SystemError);
        assertEquals(error.message.replaceAll(`${folder}/`, ""), problem);
      }
    }
  });
});

/** Texts of the runtime for failed handshakes with a client, and their error codes. */
const HANDSHAKES: readonly (readonly [text: string, code: string])[] = [
  ["received fatal alert: UnknownCA", "tls-certificate-rejected"],
  ["received fatal alert: CertificateUnknown", "tls-certificate-rejected"],
  ["received fatal alert: BadCertificate", "tls-certificate-rejected"],
  ["SSL routines:ssl3_read_bytes:tlsv1 alert unknown ca:SSL alert number 48", "tls-certificate-rejected"],
  ["peer is incompatible: SignatureAlgorithmsExtensionRequired", "tls-version"],
  ["SSL routines:tls_early_post_process_client_hello:unsupported protocol", "tls-version"],
  ["peer doesn't support any known protocol", "tls-no-alpn"],
  ["peer is incompatible: NoKxGroupsInCommon", "tls-no-cipher"],
  ["SSL routines:tls_post_process_client_hello:no shared cipher", "tls-no-cipher"],
  ["received corrupt message of type InvalidContentType", "tls-not-spoken"],
  ["SSL routines:ssl3_get_record:http request", "tls-not-spoken"],
  ["unexpected end of file", "tls-handshake"],
  ["tls handshake eof", "tls-handshake"],
];

Deno.test("a server's failed handshake is told of the client, not in the words for a server", () => {
  for (const [text, code] of HANDSHAKES) {
    const error = handshakeError(new Deno.errors.InvalidData(text), "192.0.2.7:1");
    assertEquals([error.code, /the server/.test(error.message)], [code, false], text);
  }
  for (const error of [new Deno.errors.ConnectionReset("reset"), new Deno.errors.UnexpectedEof("end")]) {
    const { code, message } = handshakeError(error, "192.0.2.7:1");
    const words = "192.0.2.7:1 closed the connection during the TLS handshake: it may not trust the certificate";
    assertEquals([code, message], ["tls-handshake", words]);
  }
});

Deno.test("beneath node:tls a connection is read only while more is wanted", async () => {
  let reads = 0;
  const conn = {
    read: (into: Uint8Array) => (reads++, into.fill(120), Promise.resolve(into.length)),
    write: (bytes: Uint8Array) => Promise.resolve(bytes.length),
    closeWrite: () => Promise.resolve(),
    close: () => {},
  };
  const stream = new RawStream(conn);
  let got = 0;
  let more = Promise.withResolvers<void>();
  stream.on("data", (chunk: Uint8Array) => {
    got += chunk.length;
    stream.wanted = false;
    more.resolve();
  });
  for (let count = 1; count <= 3; count++) {
    stream.wanted = true;
    await more.promise;
    more = Promise.withResolvers();
    // The stream's own machinery has had its turns, and has not read on.
    for (let turn = 0; turn < 20; turn++) await Promise.resolve();
    assertEquals([reads, got], [count, count * 64 * 1024]);
  }
  stream.destroy();
});

Deno.test("TLS: the authorities of the runtime are loaded once, and leave nothing open", async () => {
  const loading = loadRoots();
  assertEquals([loadRoots() === loading, await loading], [true, undefined]);
});
