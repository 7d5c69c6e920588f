import { download, follow, savePage, serveFiles } from "../../../mod.ts";
import { tour as chat } from "../../../lib/tour/legs/chat.ts";
import { tour as file } from "../../../lib/tour/legs/file.ts";
import { tour as mail } from "../../../lib/tour/legs/mail.ts";
import { tour as resolve } from "../../../lib/tour/legs/resolve.ts";
import { tour as tcp } from "../../../lib/tour/legs/tcp.ts";
import { tour as udp } from "../../../lib/tour/legs/udp.ts";
import { demonstrateUrl } from "../../../lib/tour/demonstrate/url.ts";
import { recordRows } from "../../../lib/url/internal.ts";
import type { Stage } from "../../../lib/tour/leg.ts";
import { type ExchangeEvent, RecordingStage } from "./recording_stage.ts";

/** The exchange of each program of the course: a leg of the tour, or the program itself. */
const EXCHANGES: Readonly<Record<string, (stage: Stage) => void | Promise<void>>> = {
  resolve: (stage) => resolve.walk(stage),
  url: takeApart,
  page: (stage) => withSite(async (url, { trace }) => (await follow(url, { trace })).close(), stage),
  whole: (stage) =>
    withSite((url, { trace, folder }) => savePage(url, { file: `${folder}/page.html` }, { trace }), stage),
  image: (stage) =>
    withSite(
      (url, { trace, folder }) => download(`${url}image.svg`, { file: `${folder}/image.svg` }, { trace }),
      stage,
    ),
  tcp: (stage) => tcp.walk(stage),
  udp: (stage) => udp.walk(stage),
  file: (stage) => file.walk(stage),
  chat: (stage) => chat.walk(stage),
  mail: (stage) => mail.walk(stage),
};

/** Runs an exchange of the course on loopback, and returns its events. */
export async function runExchange(name: string): Promise<readonly ExchangeEvent[]> {
  const exchange = EXCHANGES[name];
  if (!exchange) throw new Error(`unknown exchange "${name}" (known: ${Object.keys(EXCHANGES).join(", ")})`);
  const stage = new RecordingStage();
  await exchange(stage);
  return stage.events;
}

function takeApart(stage: Stage): void {
  const rows = recordRows(demonstrateUrl().apart).filter(([, value]) => value !== "");
  stage.say("Nothing crosses the wire: these are the parts of a longer URL.");
  stage.show(rows.map(([name, value]) => `${name.padEnd(18)} ${value}`).join("\n"));
}

/** Runs a client of the folder that the programs of the course serve. */
async function withSite(
  use: (url: string, its: { readonly trace: Stage["crossed"]; readonly folder: string }) => Promise<unknown>,
  stage: Stage,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.mkdir(`${folder}/site`);
    await Deno.writeTextFile(`${folder}/site/index.html`, '<h1>hello</h1><img src="image.svg">\n');
    await Deno.writeTextFile(`${folder}/site/image.svg`, '<svg xmlns="http://www.w3.org/2000/svg"></svg>\n');
    await using site = serveFiles(`${folder}/site`, "127.0.0.1:0");
    await use(site.url, { trace: (event) => stage.crossed(event), folder });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
