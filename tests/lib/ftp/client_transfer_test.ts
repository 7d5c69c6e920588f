import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { ToucanError, type TraceEvent } from "../../../lib/core/mod.ts";
import {
  connectFtp,
  type FtpClient,
  type FtpClientOptions,
  type FtpDownload,
  FtpRefusedError,
} from "../../../lib/ftp/mod.ts";
import { receiveData, sendData } from "../../kit/ftp_replies.ts";
import { testProxy } from "../../kit/proxy.ts";
import {
  type FtpMischief,
  type FtpScript,
  type FtpWire,
  type ScriptedFtp,
  scriptedFtp,
} from "../../kit/scripted_ftp.ts";
import { DEADLINE_MS } from "../../kit/wait.ts";

const OPTIONS = { timeout: DEADLINE_MS, stall: DEADLINE_MS };

async function withServer(
  script: FtpScript,
  use: (client: FtpClient, server: ScriptedFtp) => Promise<void>,
  options: FtpClientOptions = {},
): Promise<string[]> {
  await using server = scriptedFtp(script);
  await using client = await connectFtp(server.address, { ...OPTIONS, ...options });
  const before = server.lines.length;
  await use(client, server);
  return server.lines.slice(before);
}

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const read = async (client: FtpClient, path: string) => text(await client.retrieveBytes(path));
const fails = (work: () => Promise<unknown>) => assertRejects(work, ToucanError);

Deno.test("ftp transfers: once a data connection was established, passive mode and transfer are requested together", async () => {
  let count = 0;
  // From the second on, the command of the transfer is there before the reply to EPSV.
  const EPSV: FtpMischief = async (wire) => {
    const port = wire.passive();
    const next = count++ > 0 ? await wire.peek() : "";
    await wire.say(`229 Entering Extended Passive Mode ${next} (|||${port}|)\r\n`);
  };
  const replies: string[] = [];
  const trace = ({ text }: TraceEvent) => text.startsWith("229") && replies.push(text.replace(/ \(.*/, ""));
  const sent = await withServer({ files: { "/a": "hello" }, changes: { EPSV } }, async (client) => {
    for (let count = 0; count < 3; count++) assertEquals(await read(client, "/a"), "hello");
    await client.store("/b", "world");
    assertEquals(await read(client, "/b"), "world");
  }, { trace: (event) => void trace(event) });
  assertEquals(sent, ["EPSV", "RETR /a", "EPSV", "RETR /a", "EPSV", "RETR /a", "EPSV", "STOR /b", "EPSV", "RETR /b"]);
  assertEquals(replies.map((text) => text.replace("229 Entering Extended Passive Mode", "").trim()), [
    ...["", "RETR /a", "RETR /a", "STOR /b", "RETR /b"],
  ]);
});

Deno.test("ftp transfers: downloads and uploads resume by REST, directly before the transfer", async () => {
  const sent = await withServer({ files: { "/a": "hello world" } }, async (client, server) => {
    const download = await client.retrieve("/a", { offset: 6, size: 11 });
    const buffer = new Uint8Array(100);
    assertEquals(await download.read(buffer), 5);
    assertEquals(text(buffer.subarray(0, 5)), "world");
    assertEquals(await download.read(buffer), null);
    await download.end();
    await client.store("/a", "WORLD", { offset: 6, size: 5 });
    await client.store("/a", "!", { append: true });
    assertEquals(server.files.get("/a"), "hello WORLD!");
  });
  assertEquals(sent, ["EPSV", "REST 6", "RETR /a", "EPSV", "REST 6", "STOR /a", "EPSV", "APPE /a"]);
});

/** Replies to MDTM, and the times that a download has. */
const TIMES: readonly (readonly [reply: string, time: number | undefined])[] = [
  ["213 20200102030405", Date.UTC(2020, 0, 2, 3, 4, 5)],
  ["213 yesterday", undefined],
  ["550 Not a plain file", undefined],
  ["450 Busy", undefined],
];

for (const [reply, time] of TIMES) {
  Deno.test(`ftp transfers: the time is asked for with the file, whatever the server replies (${reply})`, async () => {
    const options = { size: 5, modified: true };
    const sent = await withServer({ files: { "/a": "hello" }, changes: { MDTM: `${reply}\r\n` } }, async (client) => {
      for (let count = 0; count < 2; count++) {
        const download = await client.retrieve("/a", options);
        const buffer = new Uint8Array(100);
        assertEquals(await download.read(buffer), 5);
        assertEquals(await download.read(buffer), null);
        await download.end();
        assertEquals(download.modified, time);
      }
    });
    assertEquals(sent, ["MDTM /a", "EPSV", "RETR /a", "MDTM /a", "EPSV", "RETR /a"]);
  });
}

Deno.test("ftp transfers: a server without REST is told apart from one without the file", async () => {
  const script = { files: { "/a": "hello" }, changes: { REST: "502 No\r\n" } };
  const sent = await withServer(script, async (client) => {
    assertEquals((await fails(() => client.retrieve("/a", { offset: 2 }))).code, "resume-refused");
    assertEquals((await fails(() => client.store("/a", "x", { offset: 2 }))).code, "resume-refused");
    assertEquals(await read(client, "/a"), "hello");
  });
  assert(!sent.slice(0, -1).some((line) => line.startsWith("RETR") || line.startsWith("STOR")));
});

Deno.test("ftp transfers: large files are announced by ALLO, and a server without room is believed", async () => {
  const large = "x".repeat(1 << 20);
  const sent = await withServer({}, async (client, server) => {
    await client.store("/a", large, { size: large.length });
    assertEquals(server.files.get("/a")?.length, large.length);
    await client.store("/b", "small", { size: 5 });
  });
  assertEquals(sent, [`ALLO ${large.length}`, "EPSV", "STOR /a", "EPSV", "STOR /b"]);
  const full = await withServer({ changes: { ALLO: "552 No room\r\n" } }, async (client) => {
    assertEquals((await fails(() => client.store("/a", large, { size: large.length }))).code, "ftp-refused");
  });
  assertEquals(full, [`ALLO ${large.length}`, "EPSV"]);
  await withServer(
    { changes: { ALLO: "500 What?\r\n" } },
    (client) => client.store("/a", large, { size: large.length }),
  );
});

Deno.test("ftp transfers: without EPSV, PASV is used, and its address is not", async () => {
  const events: TraceEvent[] = [];
  // RFC 5737: an address of no network.
  const PASV: FtpMischief = (wire) => {
    const port = wire.passive();
    return wire.say(`227 Entering Passive Mode (192,0,2,1,${port >> 8},${port & 255})\r\n`);
  };
  const script = { files: { "/a": "hello" }, changes: { EPSV: "500 What?\r\n", PASV } };
  const sent = await withServer(script, async (client) => {
    assertEquals(await read(client, "/a"), "hello");
    assertEquals(await read(client, "/a"), "hello");
  }, { trace: (event) => events.push(event) });
  assertEquals(sent, ["EPSV", "PASV", "RETR /a", "PASV", "RETR /a"]);
  assert(events.some(({ direction, text }) => direction === "*" && text.includes("192.0.2.1 is ignored")));
});

Deno.test("ftp transfers: a port of EPSV that cannot be reached leads to PASV", async () => {
  const EPSV: FtpMischief = (wire) => {
    const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const { port } = listener.addr;
    listener.close();
    return wire.say(`229 Entering Extended Passive Mode (|||${port}|)\r\n`);
  };
  const sent = await withServer({ files: { "/a": "hello" }, changes: { EPSV } }, async (client) => {
    assertEquals(await read(client, "/a"), "hello");
  });
  assertEquals(sent, ["EPSV", "PASV", "RETR /a"]);
});

for (const [reply, code] of [["425 No port\r\n", "ftp-transient"], ["500 What?\r\n", undefined]] as const) {
  Deno.test(`ftp transfers: passive mode that ends with ${reply.slice(0, 3)} later leaves the session usable`, async () => {
    let count = 0;
    let passive = false;
    const EPSV: FtpMischief = async (wire) => {
      passive = count++ !== 1;
      await wire.say(passive ? `229 Ok (|||${wire.passive()}|)\r\n` : reply);
    };
    const PASV: FtpMischief = async (wire) => {
      passive = true;
      const port = wire.passive();
      await wire.say(`227 Ok (127,0,0,1,${port >> 8},${port & 255})\r\n`);
    };
    const RETR: FtpMischief = (wire) => passive ? sendData(wire, "hello") : wire.say("425 Use PASV first\r\n");
    await withServer({ changes: { EPSV, PASV, RETR } }, async (client) => {
      assertEquals(await read(client, "/a"), "hello");
      if (code) assertEquals((await fails(() => client.retrieve("/a"))).code, code);
      assertEquals(await read(client, "/a"), "hello");
      await client.noop();
    });
  });
}

Deno.test("ftp transfers: a server without modern features gets one command at a time", async () => {
  let ahead = "";
  const script: FtpScript = {
    features: ["SIZE", "MDTM"],
    files: { "/a": "hello", "/d/": "" },
    // A simple server drops what it has read behind a command.
    received: (wire) => void (ahead += wire.pending()),
  };
  await withServer(script, async (client) => {
    for (let count = 0; count < 2; count++) assertEquals(await read(client, "/a"), "hello");
    await client.retrieve("/a", { offset: 2 }).then((download) => download.abort());
    assertEquals((await client.stat("/a"))?.size, 5);
    await client.list("/d");
    await client.store("/b", "x".repeat(1 << 20), { size: 1 << 20 });
  });
  assertEquals(ahead, "");
});

Deno.test("ftp transfers: over IPv6, data connections go to the address of the control connection", async () => {
  const script = { hostname: "::1", files: { "/a": "hello" } };
  await withServer(script, async (client) => {
    assert(client.peer.startsWith("[::1]:"), client.peer);
    assertEquals(await read(client, "/a"), "hello");
  });
});

/** Replies to EPSV and PASV, and the code of the error. */
const PASSIVE: readonly [what: string, changes: Record<string, FtpMischief>, code: string][] = [
  ["no port", { EPSV: "229 Entering Extended Passive Mode\r\n" }, "data-address"],
  ["port 0", { EPSV: "229 Ok (|||0|)\r\n" }, "data-address"],
  ["port 65536", { EPSV: "229 Ok (|||65536|)\r\n" }, "data-address"],
  ["no numbers", { EPSV: "500 No\r\n", PASV: "227 Entering Passive Mode\r\n" }, "data-address"],
  ["a refusal of both", { EPSV: "500 No\r\n", PASV: "502 No\r\n" }, "ftp-refused"],
  ["no free port", { EPSV: "425 No port\r\n" }, "ftp-transient"],
];

for (const [what, changes, code] of PASSIVE) {
  Deno.test(`ftp transfers: passive mode with ${what} ends with ${code}, and the session stays usable`, async () => {
    await withServer({ changes }, async (client) => {
      assertEquals((await fails(() => client.retrieve("/a"))).code, code);
      await client.noop();
    });
  });
}

Deno.test("ftp transfers: data connections go through the proxy of the control connection, to the same host", async () => {
  for (const scheme of ["socks5", "http"] as const) {
    await using proxy = testProxy({ scheme });
    const where = { transport: "ip", host: "127.0.0.1", port: proxy.port } as const;
    await withServer({ files: { "/a": "hello" } }, async (client) => {
      assertEquals(await read(client, "/a"), "hello");
      await client.store("/b", "x");
    }, { proxy: { scheme, address: where } });
    assertEquals(proxy.asked.length, 3);
    assert(proxy.asked.every((target) => target.startsWith("127.0.0.1:")), proxy.asked.join());
  }
});

/** Ways in which a download is not a whole file, and the code and a part of the error. */
const DOWNLOADS: readonly [what: string, RETR: FtpMischief, code: string, part: string][] = [
  ["426 at its end", (wire) => sendData(wire, "hel", { end: "426 Failure\r\n" }), "transfer-incomplete", "426 Failure"],
  ["451 at its end", (wire) => sendData(wire, "hel", { end: "451 Disk\r\n" }), "transfer-incomplete", "451 Disk"],
  ["550 at its end", (wire) => sendData(wire, "hel", { end: "550 Gone\r\n" }), "ftp-refused", "550 Gone"],
  ["421 at its end", (wire) => sendData(wire, "hel", { end: "421 Bye\r\n" }), "transfer-incomplete", "421 Bye"],
  ["150 at its end", (wire) => sendData(wire, "hel", { end: "150 What\r\n" }), "unexpected-reply", "150 What"],
  [
    "no reply at its end",
    async (wire) => {
      await sendData(wire, "hel", { end: "" });
      wire.close();
    },
    "transfer-incomplete",
    "did not confirm",
  ],
  ["too few bytes", (wire) => sendData(wire, "hel"), "transfer-incomplete", "received 3 of 5 bytes"],
  ["too many bytes", (wire) => sendData(wire, "hello world"), "transfer-incomplete", "sent more than 5 bytes"],
];

for (const [what, RETR, code, part] of DOWNLOADS) {
  Deno.test(`ftp transfers: a download with ${what} ends with ${code}`, async () => {
    await withServer({ changes: { RETR } }, async (client) => {
      await using download = await client.retrieve("/a", { size: 5 });
      const buffer = new Uint8Array(100);
      const error = await fails(async () => {
        while (await download.read(buffer) !== null);
        await download.end();
      });
      assertEquals(error.code, code);
      assertStringIncludes(error.message, part);
    });
  });
}

Deno.test("ftp transfers: end before the end of the data is an error", async () => {
  await withServer({ files: { "/a": "hello" } }, async (client) => {
    const download = await client.retrieve("/a");
    assertEquals((await fails(() => download.end())).code, "transfer-incomplete");
  });
});

Deno.test("ftp transfers: an aborted download leaves the session usable, and frees it for waiting calls", async () => {
  const RETR: FtpMischief = async (wire) => {
    await wire.say("150 Here it comes\r\n");
    const conn = await wire.data();
    const piece = new Uint8Array(64 * 1024);
    // Until the client closes the connection.
    while (await conn.write(piece).then(() => true, () => false));
    await wire.say("426 Failure writing network stream\r\n");
  };
  await withServer({ changes: { RETR } }, async (client) => {
    const download = await client.retrieve("/a");
    const waiting = client.noop();
    assert((await download.read(new Uint8Array(1000)) ?? 0) > 0);
    await download.abort();
    await waiting;
    assertEquals(await download.read(new Uint8Array(1000)), null);
    assertEquals(client.closed, false);
  });
});

Deno.test("ftp transfers: a stalled download times out with the number of bytes", async () => {
  const RETR: FtpMischief = async (wire) => {
    await wire.say("150 Here it comes\r\n");
    const conn = await wire.data();
    await conn.write(new TextEncoder().encode("hel"));
    await conn.read(new Uint8Array(1));
    await wire.say("426 Closed\r\n");
  };
  await withServer({ changes: { RETR } }, async (client) => {
    await using download = await client.retrieve("/a");
    const buffer = new Uint8Array(100);
    assertEquals(await download.read(buffer), 3);
    const error = await fails(() => download.read(buffer));
    assertEquals([error.code, error.bytes], ["stalled", 3]);
    await client.noop();
  }, { stall: 200 });
});

Deno.test("ftp transfers: a session that is disposed does not wait for a download that was not ended", async () => {
  await using server = scriptedFtp({ files: { "/a": "hello" } });
  let download: FtpDownload;
  {
    await using client = await connectFtp(server.address, OPTIONS);
    download = await client.retrieve("/a");
  }
  assertEquals((await fails(() => download.read(new Uint8Array(9)))).code, "connection-closed");
  assert(!server.lines.includes("QUIT"));
});

Deno.test("ftp transfers: retrieveBytes keeps its limit", async () => {
  await withServer({ files: { "/a": "hello" } }, async (client) => {
    assertEquals(text(await client.retrieveBytes("/a", 5)), "hello");
    assertEquals((await fails(() => client.retrieveBytes("/a", 4))).code, "too-large");
    await client.noop();
  });
});

Deno.test("ftp transfers: an upload that the server ends early has the reason of the server", async () => {
  const STOR: FtpMischief = async (wire) => {
    await wire.say("150 Go on\r\n");
    const conn = await wire.data();
    await conn.read(new Uint8Array(10));
    await wire.say("552 Quota exceeded\r\n");
    conn.close();
  };
  await withServer({ changes: { STOR } }, async (client) => {
    const large = new Uint8Array(20_000_000);
    const error = await assertRejects(() => client.store("/a", large), FtpRefusedError);
    assertEquals([error.code, error.reply.code], ["ftp-refused", 552]);
    await client.noop();
  });
});

Deno.test("ftp transfers: an upload is stored when the server has confirmed it", async () => {
  const ends = ["426 Cut\r\n", "452 Disk full\r\n"];
  for (const end of ends) {
    const STOR: FtpMischief = async (wire) => {
      await receiveData(wire);
      await wire.say(end);
    };
    await withServer({ changes: { STOR } }, async (client) => {
      assertEquals((await fails(() => client.store("/a", "hello"))).code, "transfer-incomplete");
    });
  }
  const STOR: FtpMischief = async (wire: FtpWire) => {
    await receiveData(wire);
    wire.close();
  };
  await withServer({ changes: { STOR } }, async (client) => {
    assertEquals((await fails(() => client.store("/a", "hello"))).code, "transfer-incomplete");
  });
});

Deno.test("ftp transfers: a source that fails, or has another size, closes the session before the end of the data", async () => {
  const order: string[] = [];
  const STOR: FtpMischief = async (wire) => {
    await wire.say("150 Go on\r\n");
    const conn = await wire.data();
    const gone = wire.gone().then(() => order.push("control"), () => order.push("control"));
    const buffer = new Uint8Array(100);
    while (await conn.read(buffer) !== null);
    await gone;
  };
  async function* broken() {
    yield "hello";
    await Promise.resolve();
    throw new Error("unreadable");
  }
  await withServer({ changes: { STOR } }, async (client) => {
    await assertRejects(() => client.store("/a", broken()), Error, "unreadable");
    assertEquals(client.closed, true);
  });
  for (const size of [4, 6]) {
    await withServer({ changes: { STOR } }, async (client) => {
      assertEquals((await fails(() => client.store("/a", "hello", { size }))).code, "size-mismatch");
      assertEquals(client.closed, true);
    });
  }
  assertEquals(order, ["control", "control", "control"]);
});

Deno.test("ftp transfers: names that are a path, too long or not UTF-8 are counted, not listed", async () => {
  const name = "x".repeat(5000);
  const bad = ["../up", "a/b", "..", "/etc", "n\0l", "\xff\xfe", name, "y".repeat(9000)];
  const lines = (of: (name: string) => string) =>
    [...bad, "good", "sp ace ", "\x1b[2J"].map((name) => `${of(name)}\r\n`).join("");
  const MLSD: FtpMischief = (wire) => sendData(wire, lines((name) => `type=file;size=1; ${name}`));
  await withServer({ files: { "/d/": "" }, changes: { MLSD } }, async (client) => {
    const { entries, unreadable } = await client.list("/d");
    assertEquals(entries.map(({ name }) => name), ["good", "sp ace ", "\x1b[2J"]);
    // `..` is the parent.
    assertEquals(unreadable, bad.length - 1);
  });
});

Deno.test("ftp transfers: a listing without end keeps the limits", async () => {
  const endless = (piece: string): FtpMischief => async (wire) => {
    await wire.say("150 Here it comes\r\n");
    const conn = await wire.data();
    const bytes = new TextEncoder().encode(piece.repeat(1000));
    while (await conn.write(bytes).then(() => true, () => false));
    await wire.say("426 Closed\r\n");
  };
  for (const piece of ["type=file; a\r\n", "x".repeat(100)]) {
    await withServer({ files: { "/d/": "" }, changes: { MLSD: endless(piece) } }, async (client) => {
      assertEquals((await fails(() => client.list("/d"))).code, "listing-too-large");
      await client.noop();
    });
  }
});
