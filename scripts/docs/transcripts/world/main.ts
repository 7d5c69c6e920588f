/**
 * Runs sessions of documents on a machine of its own, in a network namespace without the world outside: the servers of
 * `example.com` run on addresses of its loopback interface. Started by `../run.ts`; sessions come as JSON on stdin, and
 * their outputs go to stdout.
 * @module
 */
import { echoDatagrams, listen, mailSink } from "../../../../mod.ts";
import { PROJECT } from "../../../../lib/cli/project.ts";
import { makeCertificate } from "../../../../tests/kit/certificates.ts";
import type { Session } from "../parse.ts";
import { startNameServer, startSilentServer } from "./name_server.ts";
import { makeRelease } from "./release.ts";
import { runSession } from "./session.ts";
import { startWebServer } from "./web_server.ts";
import { ADDRESSES } from "./zones.ts";

const [bin = "", authority = "", mode = ""] = Deno.args;

const sessions: Session[] = await new Response(Deno.stdin.readable).json();
const issuer = await makeCertificate({ authority: true, names: [], commonName: "Examples" });
const names = ["example.com", "www.example.com", "mail.example.com", new URL(PROJECT).hostname];
const certificate = await makeCertificate({ names, issuer });
await Deno.writeTextFile(authority, issuer.cert);

startNameServer();
startSilentServer();
const releases = sessions.some(({ fresh }) => fresh) ? await makeRelease(`${bin}/toucan`) : undefined;
startWebServer(certificate, releases);
const credentials = { user: "ada", password: "secret" };
await mailSink({ host: ADDRESSES.mail[0], port: 587, keyPair: certificate, credentials });
await mailSink({ host: ADDRESSES.mail[0], port: 25, keyPair: certificate });
for (const host of [ADDRESSES.web[0], `[${ADDRESSES.web[1]}]`]) {
  listen(`${host}:7`, { onConnection: (connection) => connection.readable.pipeTo(connection.writable) });
  await echoDatagrams(`${host}:7`);
}

const outputs: string[][][] = [];
for (const session of sessions) outputs.push(await runSession(session, { bin, authority, record: mode === "record" }));
if (releases !== undefined) await Deno.remove(releases, { recursive: true });
console.log(JSON.stringify(outputs));
Deno.exit(0);
