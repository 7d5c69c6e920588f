import { RawIrc } from "./irc.ts";

/**
 * A client of a script: its nick, and the capabilities that it requests; a nick in parentheses does not register
 * automatically.
 */
export type ScriptClient = readonly [nick: string, ...caps: readonly string[]];

const VARIABLE: readonly (readonly [RegExp, string])[] = [
  [/\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d \w{3} \d{4} [\d:]+ GMT/g, "DATE"],
  [/(?<!timestamp=)\b\d{4}-\d\d-\d\dT[\d:.]+Z/g, "TIME"],
  [/msgid=[\w-]+/g, "msgid=ID"],
  [/\b[0-9a-f]{8}-[0-9a-z]+\b/g, "ID"],
  [/\bM[0-9a-f]{8}-[0-9a-z]+\b/g, "LINES"],
  [/(?<= :)\[\d\d:\d\d\] /g, "[CLOCK] "],
  [/\b1[0-9]{9}\b/g, "SECONDS"],
  [/\b[HL][0-9a-f]{8}\b/g, "BATCH"],
  [/(?<= 317 \S+ \S+ )\d+/g, "IDLE"],
  [/(?<= 354 .* 0 )\d+(?= 0 n\/a )/g, "IDLE"],
  [/(?<=: wait )\d+s/g, "SECONDS"],
  [/(?<=Server Up 0 days )[\d:]+/g, "CLOCK"],
];

/**
 * Registers clients at a server, sends lines (`> ann: JOIN #a`), and returns them with the lines that each client then
 * received (`ann: :S 366 …`). `{msgid}` in a line is the id of the last message that any of them has received. The name
 * of the server is replaced by `S`, an address by `HOST`; times, ids and names of batches are replaced as well.
 */
export async function playIrc(
  address: string,
  clients: readonly ScriptClient[],
  lines: readonly string[],
  { server = "toucan.local" }: { readonly server?: string } = {},
): Promise<string[]> {
  const open = new Map<string, RawIrc>();
  const heard: string[] = [];
  let id = "";
  try {
    for (const [nick, ...caps] of clients) {
      const [, unregistered] = /^\((\w+)\)$/.exec(nick) ?? [];
      if (unregistered === undefined) open.set(nick, await RawIrc.in(address, nick, ...caps));
      else open.set(unregistered, await RawIrc.open(address));
    }
    for (const client of open.values()) await client.upToNow();
    for (const line of lines) {
      const [, speaker = "", said = ""] = /^> (\w+): ?(.*)$/s.exec(line) ?? [];
      heard.push(line);
      await open.get(speaker)?.say(said.replace("{msgid}", id));
      // The sender first: lines to the others were sent before its reply.
      for (const nick of new Set([speaker, ...open.keys()])) {
        const client = open.get(nick);
        if (!client) continue;
        const now = await client.upToNow().catch(async () => {
          await client.ended();
          client[Symbol.dispose]();
          open.delete(nick);
          return client.rest();
        });
        id = now.map((text) =>
          /msgid=([\w-]+).* (?:PRIVMSG|TAGMSG) /.exec(text)?.[1]
        ).findLast((found) => found !== undefined) ?? id;
        heard.push(...now.map((text) =>
          `${nick}: ${plain(text, server)}`
        ));
      }
    }
  } finally {
    for (const client of open.values()) client[Symbol.dispose]();
  }
  return heard;
}

function plain(text: string, server: string): string {
  const named = text.replaceAll(server, "S").replaceAll("127.0.0.1", "HOST").replaceAll("localhost", "HOST");
  return VARIABLE.reduce((line, [pattern, name]) => line.replace(pattern, name), named);
}
