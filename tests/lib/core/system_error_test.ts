import { assert, assertEquals, assertInstanceOf, assertRejects } from "@std/assert";
import { fromSystem, NetworkError, SystemError, TimeoutError, ToucanError, UsageError } from "../../../lib/core/mod.ts";

const context = { doing: "open", what: "a.txt" };

/** Errors of the runtime, caused by real system calls. */
const REAL: readonly (readonly [what: string, fail: () => unknown, code: string, kind: typeof ToucanError])[] = [
  ["a missing file", () => Deno.openSync("/no/such/file"), "file-not-found", SystemError],
  ["a file in the way", () => Deno.openSync("/etc/passwd/x"), "not-a-directory", SystemError],
  ["a folder in the way", () => Deno.readFileSync("/"), "is-a-directory", SystemError],
  ["a name too long", () => Deno.openSync("x".repeat(300)), "name-too-long", SystemError],
  ["something there already", () => Deno.mkdirSync("/"), "file-exists", SystemError],
  ["a full disk", () => writeTo("/dev/full"), "disk-full", SystemError],
  ["nobody listening", () => Deno.connect({ port: 1 }), "connection-refused", NetworkError],
  [
    "an address of another machine",
    () => Deno.listen({ hostname: "203.0.113.1", port: 0 }),
    "address-not-available",
    SystemError,
  ],
  ["a port in use", listenTwice, "address-in-use", SystemError],
  [
    "a socket's path too long",
    () => Deno.listen({ transport: "unix", path: "x".repeat(200) }),
    "name-too-long",
    SystemError,
  ],
  [
    "a name without an address to listen on",
    () => Deno.listen({ hostname: "no-such-name.invalid", port: 0 }),
    "name-not-found",
    NetworkError,
  ],
  ["a datagram too long", sendTooMuch, "message-too-long", SystemError],
];

function writeTo(path: string): void {
  using file = Deno.openSync(path, { write: true });
  file.writeSync(new Uint8Array(1));
}

function listenTwice(): void {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  Deno.listen({ hostname: "127.0.0.1", port: listener.addr.port }).close();
}

async function sendTooMuch(): Promise<void> {
  const socket = Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port: 0 });
  try {
    await socket.send(new Uint8Array(70_000), socket.addr);
  } finally {
    socket.close();
  }
}

for (const [what, fail, code, kind] of REAL) {
  Deno.test({
    name: `the system's error for ${what} becomes ${code}`,
    ignore: Deno.build.os !== "linux",
    async fn() {
      const cause: unknown = await assertRejects(async () => void await fail());
      const error = fromSystem(cause, context);
      assertInstanceOf(error, kind);
      assertEquals(error.code, code);
      assertEquals(error.cause, cause);
      assertEquals([error.operation, error.peer], ["open", "a.txt"]);
      assert(/^cannot open a\.txt: [a-z].*[^.]$/.test(error.message), error.message);
    },
  });
}

Deno.test("errors that have a class, a code or only a number in their text", () => {
  const coded = (code: string) => Object.assign(new Error("x"), { code });
  const cases: readonly (readonly [Error, string])[] = [
    [new Deno.errors.ConnectionReset("x"), "connection-reset"],
    [new Deno.errors.BrokenPipe("x"), "connection-reset"],
    [new Deno.errors.UnexpectedEof("x"), "connection-cut"],
    [new Deno.errors.TimedOut("x"), "timeout"],
    [new Deno.errors.PermissionDenied("x"), "permission-denied"],
    [coded("EHOSTUNREACH"), "host-unreachable"],
    [coded("EMFILE"), "too-many-files"],
    [new Error("No route to host (os error 113)"), "host-unreachable"],
    [
      new Error("failed to lookup address information: Temporary failure in name resolution"),
      "name-server-failed",
    ],
    [new Error("keys may not be consistent: KeyMismatch"), "tls-key-mismatch"],
    [new Deno.errors.InvalidData("No keys found in key data"), "tls-bad-key"],
    [new Error("unexpected error: failed to parse private key as RSA, ECDSA, or EdDSA"), "tls-bad-key"],
    [new Error("Invalid hostname: 'a..b'"), "tls-bad-name"],
    [new Error("x (os error 9999)"), "system-error"],
    [coded("EUNHEARDOF"), "system-error"],
    [new Deno.errors.Busy("x"), "system-error"],
  ];
  for (const [cause, code] of cases) {
    const error = fromSystem(cause, context);
    assertInstanceOf(error, ToucanError);
    assertEquals(error.code, code);
  }
  assertInstanceOf(fromSystem(new Deno.errors.TimedOut("x"), context), TimeoutError);
});

Deno.test("the sandbox's refusal names the permission and its flag", () => {
  const text = 'Requires net access to "a:1", run again with the --allow-net flag';
  const error = fromSystem(new Deno.errors.NotCapable(text), { doing: "connect to", what: "a:1" });
  assertInstanceOf(error, SystemError);
  assertEquals(error.code, "permission-missing");
  assertEquals(error.message, "cannot connect to a:1: the net permission is missing");
  assertEquals(error.hint, "this run lacks --allow-net");
});

Deno.test("fromSystem leaves unknown errors unchanged", () => {
  const ours = new UsageError("x");
  const unknown = new TypeError("x is not a function");
  for (const error of [ours, unknown, "text", undefined, new Error("x")]) {
    assertEquals(fromSystem(error, context), error);
  }
});
