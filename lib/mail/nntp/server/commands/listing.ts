import { formatNntpDate, parseNntpTime } from "../../codec/listing.ts";
import { OVERVIEW_FIELDS } from "../../codec/overview.ts";
import { parseWildmat } from "../../codec/wildmat.ts";
import type { ServedGroup } from "../newsgroups.ts";
import type { Run, Session } from "../session.ts";

/** LIST, NEWGROUPS, NEWNEWS and DATE (RFC 3977 §7). */
export const LISTING_COMMANDS: Readonly<Record<string, Run>> = {
  LIST(session, [variant = "ACTIVE", ...words]) {
    const list = VARIANTS.get(variant.toUpperCase());
    return list ? list(session, words, "") : session.refuse("501 Unknown variant of LIST");
  },
  NEWGROUPS(session, [date = "", time = "", zone = "GMT", more]) {
    const since = parseNntpTime(date, time, Date.now());
    if (since === undefined || !isZone(zone) || more !== undefined) {
      return session.refuse("501 Use NEWGROUPS yyyymmdd hhmmss [GMT]");
    }
    const groups = [...session.host.groups.all()].filter(({ created }) => created >= since);
    return session.list("231 List of new newsgroups follows", groups.map((group) => active(session, group)));
  },
  NEWNEWS(session, [wildmat = "", date = "", time = "", zone = "GMT", more]) {
    const since = parseNntpTime(date, time, Date.now());
    const matches = parseWildmat(wildmat);
    if (since === undefined || !matches || !isZone(zone) || more !== undefined) {
      return session.refuse("501 Use NEWNEWS wildmat yyyymmdd hhmmss [GMT]");
    }
    return session.list("230 List of new articles follows", newNews(session, matches, since));
  },
  DATE: (session) => session.accept(`111 ${formatNntpDate(Date.now())}`),
};

const VARIANTS: ReadonlyMap<string, Run> = new Map(Object.entries(
  {
    "ACTIVE": (session, words) => groups(session, words, (group) => active(session, group)),
    "ACTIVE.TIMES": (session, words) =>
      groups(session, words, ({ name, created }) => `${name} ${Math.floor(created / 1000)} ${session.host.name}`),
    "NEWSGROUPS": (session, words) =>
      groups(
        session,
        words,
        ({ name, address }) => `${name}\t${address === undefined ? "All messages" : `Messages to ${address}`}`,
      ),
    "OVERVIEW.FMT": (session, words) =>
      words.length > 0
        ? session.refuse("501 LIST OVERVIEW.FMT takes no arguments")
        : session.list("215 Order of fields in overview database", OVERVIEW_FIELDS),
    "HEADERS": (session, [what = "", more]) =>
      more !== undefined || !/^(?:MSGID|RANGE)?$/i.test(what)
        ? session.refuse("501 Use LIST HEADERS [MSGID|RANGE]")
        : session.list("215 Metadata items supported", [":", ":bytes", ":lines"]),
  } satisfies Record<string, Run>,
));

function groups(session: Session, [wildmat, more]: readonly string[], line: (group: ServedGroup) => string) {
  const matches = wildmat === undefined ? () => true : parseWildmat(wildmat);
  if (!matches || more !== undefined) return session.refuse("501 Invalid wildmat");
  const found = [...session.host.groups.all()].filter(({ name }) => matches(name));
  return session.list("215 List of newsgroups follows", found.map(line));
}

function active({ host }: Session, { name, numbers: { high, low } }: ServedGroup): string {
  return `${name} ${high} ${low} ${host.post ? "y" : "n"}`;
}

function isZone(text: string): boolean {
  return text.toUpperCase() === "GMT";
}

async function* newNews({ host }: Session, matches: (name: string) => boolean, since: number): AsyncGenerator<string> {
  const numbers = new Set<number>();
  for (const { name, numbers: held } of host.groups.all()) {
    if (matches(name)) { for (const number of held.between(1, Infinity)) numbers.add(number); }
  }
  for (const number of numbers) {
    const mail = host.folder.get(number)?.mail;
    const overview = mail && mail.received >= since ? await host.articles.overview(number) : undefined;
    if (overview) yield overview.messageId;
  }
}
