import { assertEquals } from "@std/assert";
import { makeCertificate, type TestCertificate } from "../kit/certificates.ts";
import { peerTest } from "../kit/peer.ts";
import { freePort, untilListening } from "../kit/port.ts";
import { peer, type Talker, talker } from "../kit/talker.ts";
import { startTool } from "../kit/tool.ts";

/** A program as peer, and its limitations. */
interface Peer {
  readonly program: string;
  readonly listen: (port: number, files: Files) => readonly string[];
  readonly connect: (port: number, files: Files) => readonly string[];
  readonly tls?: boolean;
  /** Whether it ends as soon as either side has ended. */
  readonly noHalfClose?: boolean;
  /** Whether it does so at least as a listener, when its client has ended. */
  readonly listenerEndsWithClient?: boolean;
}

interface Files {
  readonly cert: string;
  readonly key: string;
}

const PEERS: readonly Peer[] = [
  {
    program: "nc",
    listenerEndsWithClient: true,
    listen: (port) => ["-l", "-N", "127.0.0.1", `${port}`],
    connect: (port) => ["-N", "127.0.0.1", `${port}`],
  },
  {
    program: "ncat",
    listenerEndsWithClient: true,
    listen: (port) => ["-l", "127.0.0.1", `${port}`],
    connect: (port) => ["127.0.0.1", `${port}`],
  },
  {
    program: "socat",
    // It ends half a second after the first end, unless told to wait.
    listen: (port) => ["-t30", "STDIO", `TCP-LISTEN:${port},bind=127.0.0.1,reuseaddr`],
    connect: (port) => ["-t30", "STDIO", `TCP:127.0.0.1:${port}`],
  },
  {
    program: "openssl",
    listen: (
      port,
      { cert, key },
    ) => ["s_server", "-quiet", "-naccept", "1", "-accept", `127.0.0.1:${port}`, "-cert", cert, "-key", key],
    connect: (
      port,
      { cert },
    ) => [
      "s_client",
      "-quiet",
      "-no_ign_eof",
      "-verify_return_error",
      "-CAfile",
      cert,
      "-connect",
      `localhost:${port}`,
    ],
    tls: true,
    noHalfClose: true,
  },
];

const QUESTION = "question ".repeat(20_000);
const ANSWER = "answer ".repeat(20_000);

/** Both ends of a connection: Toucan and the peer. */
interface Ends extends AsyncDisposable {
  readonly ours: Talker;
  readonly theirs: Talker;
}

/** Starts a peer that listens. Another test's connection may get the port just before it does: then it takes another one. */
async function listeningPeer(
  one: Peer,
  files: Files,
  attempts = 5,
): Promise<{ readonly port: number; readonly theirs: Talker }> {
  const port = freePort();
  const theirs = peer(one.program, one.listen(port, files));
  try {
    await untilListening(port, theirs.tool.process);
    return { port, theirs };
  } catch (error) {
    await theirs[Symbol.asyncDispose]();
    if (attempts === 1) throw error;
    return await listeningPeer(one, files, attempts - 1);
  }
}

async function ourConnect(one: Peer, files: Files): Promise<Ends> {
  const { port, theirs } = await listeningPeer(one, files);
  const tls = one.tls ? ["--tls", "--cacert", files.cert] : [];
  const ours = talker(await startTool("tcp", ["connect", ...tls, `localhost:${port}`]));
  return ends(ours, theirs);
}

async function ourListen(one: Peer, files: Files): Promise<Ends> {
  const tls = one.tls ? ["--tls", "--cert", files.cert, "--key", files.key] : [];
  const tool = await startTool("tcp", ["listen", ...tls, "0"]);
  const [, port] = await tool.stderrMatch(/listening on t(?:cp|ls):\/\/127\.0\.0\.1:(\d+)\n/);
  return ends(talker(tool), peer(one.program, one.connect(Number(port), files)));
}

function ends(ours: Talker, theirs: Talker): Ends {
  return {
    ours,
    theirs,
    async [Symbol.asyncDispose]() {
      await ours[Symbol.asyncDispose]();
      await theirs[Symbol.asyncDispose]();
    },
  };
}

async function withFiles(certificate: TestCertificate, use: (files: Files) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  const files = { cert: `${folder}/cert.pem`, key: `${folder}/key.pem` };
  try {
    await Deno.writeTextFile(files.cert, certificate.cert);
    await Deno.writeTextFile(files.key, certificate.key);
    await use(files);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

for (const one of PEERS) {
  for (const [name, open] of [["our connect to", ourConnect], ["our listen from", ourListen]] as const) {
    peerTest(`${name} ${one.program}: bytes both ways, then our end`, [one.program], async () => {
      await withFiles(await makeCertificate({ names: ["localhost"] }), async (files) => {
        await using pair = await open(one, files);
        const { ours, theirs } = pair;
        await Promise.all([ours.say(QUESTION), theirs.hears(QUESTION)]);
        await Promise.all([theirs.say(ANSWER), ours.hears(ANSWER)]);
        await ours.end();
        await theirs.end().catch(() => {});
        await Promise.all([ours.hearsEnd(), theirs.hearsEnd()]);
        assertEquals(await ours.code, 0, ours.tool.stderr());
      });
    });
    if (one.noHalfClose) {
      peerTest(`${name} ${one.program}: it ends first, both ways at once, and so do we`, [one.program], async () => {
        await withFiles(await makeCertificate({ names: ["localhost"] }), async (files) => {
          await using pair = await open(one, files);
          const { ours, theirs } = pair;
          await Promise.all([theirs.say(ANSWER), ours.hears(ANSWER)]);
          await theirs.end();
          await theirs.hearsEnd();
          await ours.end();
          await ours.hearsEnd();
          assertEquals(await ours.code, 0, ours.tool.stderr());
        });
      });
      continue;
    }
    peerTest(`${name} ${one.program}: we end first, and still hear the answer`, [one.program], async () => {
      await withFiles(await makeCertificate(), async (files) => {
        await using pair = await open(one, files);
        const { ours, theirs } = pair;
        await Promise.all([ours.say(QUESTION).then(() => ours.end()), theirs.hears(QUESTION)]);
        if (one.listenerEndsWithClient && open === ourConnect) {
          // Our end has arrived at once: it is what ends the peer.
          await Promise.all([ours.hearsEnd(), theirs.hearsEnd()]);
          assertEquals([await ours.code, await theirs.code], [0, 0]);
          return;
        }
        await Promise.all([theirs.say(ANSWER).then(() => theirs.end()), ours.hears(ANSWER)]);
        await Promise.all([ours.hearsEnd(), theirs.hearsEnd()]);
        assertEquals([await ours.code, await theirs.code], [0, 0]);
      });
    });
    peerTest(`${name} ${one.program}: it ends first, and still hears us`, [one.program], async () => {
      await withFiles(await makeCertificate(), async (files) => {
        await using pair = await open(one, files);
        const { ours, theirs } = pair;
        await Promise.all([theirs.say(ANSWER).then(() => theirs.end()), ours.hears(ANSWER)]);
        await Promise.all([ours.say(QUESTION).then(() => ours.end()), theirs.hears(QUESTION)]);
        await theirs.hearsEnd();
        assertEquals([await ours.code, await theirs.code], [0, 0]);
      });
    });
  }
}
