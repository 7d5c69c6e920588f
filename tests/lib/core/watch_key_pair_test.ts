import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import {
  Acceptor,
  Connection,
  parseAddress,
  SystemError,
  type ToucanError,
  UsageError,
} from "../../../lib/core/mod.ts";
import { serverKeyPair, watchKeyPair } from "../../../lib/core/public.ts";
import { makeCertificate } from "../../kit/certificates.ts";
import { withFolder } from "../../kit/folder.ts";
import { until } from "../../kit/wait.ts";

/** Files of a certificate, and what is reported about them. */
async function withFiles(
  use: (
    parts: {
      readonly files: { readonly certFile: string; readonly keyFile: string };
      readonly put: (pair: { readonly cert?: string; readonly key?: string }) => Promise<void>;
      readonly events: string[];
      readonly options: {
        readonly interval: number;
        readonly onRenewed: (pair: { readonly pin: string }) => void;
        readonly onFailed: (error: ToucanError) => void;
      };
      readonly folder: string;
    },
  ) => Promise<void>,
): Promise<void> {
  await withFolder(async (folder) => {
    const [certFile, keyFile] = [`${folder}/cert.pem`, `${folder}/key.pem`];
    const events: string[] = [];
    await use({
      folder,
      files: { certFile, keyFile },
      events,
      async put({ cert, key }) {
        if (cert !== undefined) await Deno.writeTextFile(certFile, cert);
        if (key !== undefined) await Deno.writeTextFile(keyFile, key);
      },
      options: {
        interval: 1e6,
        onRenewed: ({ pin }) => events.push(pin),
        onFailed: ({ code, message }) => events.push(`${code}: ${message.replaceAll(folder, "")}`),
      },
    });
  });
}

Deno.test("watchKeyPair: files that cannot be used change nothing, and the next good ones are used", () =>
  withFiles(async ({ files, put, events, options }) => {
    const [first, second] = await Promise.all([makeCertificate(), makeCertificate()]);
    await put(first);
    using pair = await watchKeyPair(files, options);
    assertEquals(pair.pin, first.pin);
    const used: string[] = [];
    using _subscription = pair.renewals.subscribe(({ cert }) => used.push(cert));
    const table: readonly (readonly [files: { cert?: string; key?: string }, event: RegExp])[] = [
      [{ cert: "nothing" }, /^tls-bad-certificate: cannot use \/cert\.pem: no certificate found$/],
      [{ cert: "" }, /^tls-bad-certificate: /],
      [{ cert: second.cert, key: "nothing" }, /^tls-bad-key: cannot use \/key\.pem: no private key found$/],
      [{ cert: second.cert, key: first.key }, /cannot use \/cert\.pem: /],
    ];
    for (const [broken, event] of table) {
      await put(broken);
      await pair.reload();
      assertMatch(events.pop() ?? "", event);
    }
    await Deno.remove(files.certFile);
    await pair.reload();
    assertMatch(events.pop() ?? "", /^file-not-found: /);
    assertEquals(used, []);
    await put(second);
    await Promise.all([pair.reload(), pair.reload()]);
    assertEquals([events, used], [[second.pin], [second.cert]]);
  }));

Deno.test("watchKeyPair: sees files that a link leads to next, as certbot replaces them", () =>
  withFiles(async ({ files, folder, events, options }) => {
    const pairs = await Promise.all([makeCertificate(), makeCertificate()]);
    const lead = async (number: number) => {
      for (const [name, text] of [["cert", pairs[number]?.cert], ["key", pairs[number]?.key]] as const) {
        await Deno.writeTextFile(`${folder}/${name}${number}.pem`, text ?? "");
        await Deno.symlink(`${name}${number}.pem`, `${folder}/new`);
        await Deno.rename(`${folder}/new`, `${folder}/${name}.pem`);
      }
    };
    await lead(0);
    using _pair = await watchKeyPair(files, { ...options, interval: 5 });
    await lead(1);
    await until("a renewed certificate", () => events.length > 0);
    assertEquals(events, [pairs[1]?.pin]);
  }));

Deno.test("watchKeyPair: a failure of files that are being replaced is reported only when it lasts", () =>
  withFiles(async ({ files, put, events, options }) => {
    await put(await makeCertificate());
    using _pair = await watchKeyPair(files, { ...options, interval: 5 });
    await put({ cert: "half" });
    await until("a failure", () => events.length > 0);
    assertEquals(events, ["tls-bad-certificate: cannot use /cert.pem: no certificate found"]);
  }));

Deno.test("watchKeyPair: the folder of a self-signed certificate", () =>
  withFiles(async ({ folder, put, events, options }) => {
    const directory = `${folder}/kept`;
    await serverKeyPair({ directory });
    using pair = await watchKeyPair({ directory }, options);
    await pair.reload();
    assertEquals(events.splice(0), [pair.pin]);
    const other = await makeCertificate();
    await put(other);
    for (const name of ["cert.pem", "key.pem"]) await Deno.rename(`${folder}/${name}`, `${directory}/${name}`);
    await Deno.chmod(`${directory}/key.pem`, 0o600);
    await pair.reload();
    assertEquals(events.splice(0), [other.pin]);
    await Deno.remove(`${directory}/key.pem`);
    await pair.reload();
    assertMatch(events.join(), /^file-not-found: cannot read \/kept\/key\.pem/);
  }));

Deno.test("watchKeyPair: needs files", async () => {
  await assertRejects(() => watchKeyPair({}), UsageError, "no certificate file to watch");
  await assertRejects(
    () => watchKeyPair({ certFile: "/nowhere/c" }),
    UsageError,
    "both a certificate and its private key",
  );
  await assertRejects(
    () => watchKeyPair({ certFile: "/nowhere/c", keyFile: "/nowhere/k" }),
    SystemError,
    "cannot read",
  );
});

Deno.test("Acceptor: a handshake that has begun before a renewal ends with the certificate before", async () => {
  const [first, second] = await Promise.all([makeCertificate(), makeCertificate()]);
  let take = (_: { cert: string; key: string }): void => {};
  const renewals = {
    subscribe: (taker: (pair: { cert: string; key: string }) => void) => {
      take = taker;
      return { [Symbol.dispose]() {} };
    },
  };
  const acceptor = new Acceptor(parseAddress("127.0.0.1:0", { anyPort: true }), { tls: { ...first, renewals } });
  using _close = { [Symbol.dispose]: () => acceptor.close() };
  const plain = await Deno.connect({ hostname: "127.0.0.1", port: acceptor.port ?? 0 });
  const conn = await acceptor.accept();
  if (!conn) throw new Error("closed");
  const admitting = acceptor.admit(conn);
  take(second);
  using client = await Deno.startTls(plain, { hostname: "localhost", caCerts: [first.cert] });
  await client.handshake();
  const admitted = await admitting;
  assertEquals(admitted instanceof Connection, true);
  if (admitted instanceof Connection) admitted.close();
});
