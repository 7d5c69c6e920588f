/**
 * The web platform's own tests, all of them; see tests/data/url/README.md.
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { EditError, InvalidUrlError, parseUrl, type Part, setPart, type Url } from "../../../lib/url/mod.ts";
import { UsageError } from "../../../lib/core/mod.ts";

const DATA = new URL("../../data/url/", import.meta.url);

async function cases<T>(name: string): Promise<T[]> {
  const all: (T | string)[] = JSON.parse(await Deno.readTextFile(new URL(name, DATA)));
  return all.filter((one): one is T => typeof one !== "string");
}

/** A URL as the `URL` interface of the standard shows it. */
function asInterface(url: Url): Record<string, string> {
  const { record } = url;
  if (!record) throw new Error("read by other rules");
  const port = record.port === null ? "" : String(record.port);
  return {
    href: url.href,
    origin: url.origin,
    protocol: `${record.scheme}:`,
    username: record.username,
    password: record.password,
    host: `${record.host ?? ""}${port && `:${port}`}`,
    hostname: record.host ?? "",
    port,
    pathname: !record.opaque && record.host === null && record.path.startsWith("/.//")
      ? record.path.slice(2)
      : record.path,
    search: record.query ? `?${record.query}` : "",
    hash: record.fragment ? `#${record.fragment}` : "",
  };
}

function attempt(text: string, base: string | null): Record<string, string> | undefined {
  try {
    return asInterface(parseUrl(text, base === null ? {} : { base: parseUrl(base) }));
  } catch (error) {
    if (error instanceof InvalidUrlError) return undefined;
    throw error;
  }
}

interface UrlCase {
  readonly input: string;
  readonly base: string | null;
  readonly failure?: boolean;
  readonly relativeTo?: string;
}

for (const [file, count] of [["urltestdata.json", 878], ["urltestdata-javascript-only.json", 1]] as const) {
  Deno.test(`parseUrl: every URL of ${file}, with and without a base`, async () => {
    const all = await cases<UrlCase>(file);
    assertEquals(all.length, count);
    for (const { input, base, failure, relativeTo: _, ...expected } of all) {
      const found = attempt(input, base);
      const what = `${JSON.stringify(input)} against ${base}`;
      if (failure) {
        assertEquals(found, undefined, what);
        continue;
      }
      assert(found, `not a URL: ${what}`);
      for (const [name, value] of Object.entries(expected)) {
        if (name in found) assertEquals<unknown>(found[name], value, `${name} of ${what}`);
      }
      // Without a base, nothing of the text is lost, and the normal form is its own.
      if (base === null) assertEquals(parseUrl(input).text, input);
      assertEquals(parseUrl(found.href ?? "").href, found.href);
    }
  });
}

interface HostCase {
  readonly input: string;
  readonly output: string | null;
}

for (
  const [file, count] of [["toascii.json", 87], ["IdnaTestV2.json", 2670], ["IdnaTestV2-removed.json", 20]] as const
) {
  Deno.test(`parseUrl: every host of ${file}`, async () => {
    // The empty host is left out: the path would be read as the host.
    const all = (await cases<HostCase>(file)).filter(({ input }) => input !== "");
    assertEquals(all.length, count);
    for (const { input, output } of all) {
      assertEquals(attempt(`https://${input}/x`, null)?.host ?? null, output, JSON.stringify(input));
    }
  });
}

Deno.test("percentEncode: every character of percent-encoding.json", async () => {
  const all = await cases<{ readonly input: string; readonly output: Readonly<Record<string, string>> }>(
    "percent-encoding.json",
  );
  assert(all.length > 5);
  for (const { input, output } of all) {
    const found = attempt(`http://host/?${input}#${input}`, null);
    assertEquals([found?.search, found?.hash], [`?${output["utf-8"]}`, `#${output["utf-8"]}`]);
  }
});

interface SetterCase {
  readonly href: string;
  readonly new_value: string;
  readonly expected: Readonly<Record<string, string>>;
}

/** Part of the URL for each setter, and the value in the form of that part. */
const SETTERS: Readonly<Record<string, readonly [part: Part, value: (given: string) => string]>> = {
  protocol: ["scheme", (given) => given.replace(/:.*/s, "")],
  username: ["user", (given) => given],
  password: ["password", (given) => given],
  hostname: ["host", (given) => given],
  port: ["port", (given) => given],
  pathname: ["path", (given) => given],
  search: ["query", (given) => given.replace(/^\?/, "")],
  hash: ["fragment", (given) => given.replace(/^#/, "")],
};

/** We encode more than the standard, so that other parsers read the same. */
function unescaped(text: string): string {
  return text.replace(/%([0-9a-f]{2})/gi, (_, hex) => String.fromCharCode(parseInt(hex, 16)));
}

/** Where we do something else on purpose, and why. */
function differsOnPurpose(part: Part, href: string, value: string, given: string): string | undefined {
  if (part !== "user" && part !== "password" && /[\t\n\r]/.test(value)) {
    return "they leave line ends out, we encode or refuse them";
  }
  if (value === "" && given !== "") return "to them a lone ? or # is an empty part, to us the empty value is none";
  const { record } = parseUrl(href);
  if (value === "" && part === "host" && record?.host === null) return "they make an empty host of none";
  if (value === "" && / [?#][^?#]*$/.test(href)) {
    return "a space left at the end would be lost: they encode it, we refuse";
  }
  if (part === "path" && value.includes("\\")) return "to them it is a slash, to others a character: we encode it";
  if (part === "path" && /(?:^|\/)(?:\.|%2e){1,2}(?:\/|$)/i.test(value)) {
    return "they resolve dots, others do not: we refuse";
  }
  if (part === "path" && value.startsWith("//") && record?.host === null) return "no form is read alike by all parsers";
  if (part === "path" && record?.opaque) return "they leave opaque paths alone, we set them";
  return undefined;
}

Deno.test("setPart: every setter of one part follows the standard, or is rejected with a reason", async () => {
  const all: Readonly<Record<string, readonly SetterCase[]>> = JSON.parse(
    await Deno.readTextFile(new URL("setters_tests.json", DATA)),
  );
  const count = { same: 0, refused: 0, onPurpose: 0 };
  for (const [setter, [part, valueOf]] of Object.entries(SETTERS)) {
    for (const { href, new_value, expected } of all[setter] ?? []) {
      const value = valueOf(new_value);
      const what = `${part} of ${href} to ${JSON.stringify(value)}`;
      if (differsOnPurpose(part, href, value, new_value)) {
        count.onPurpose++;
        continue;
      }
      try {
        const found = asInterface(setPart(parseUrl(href), part, value));
        for (const [name, is] of Object.entries(expected)) {
          assertEquals(unescaped(found[name] ?? ""), unescaped(is), `${name}: ${what}`);
        }
        count.same++;
      } catch (error) {
        if (!(error instanceof EditError || error instanceof UsageError)) throw error;
        // The standard ignores the value too, or cuts it at what would end the part.
        const before = asInterface(parseUrl(href));
        const ignored = Object.entries(expected).every(([name, is]) => before[name] === is);
        const cut = part === "port" ? /^\d+\D/ : part === "host" ? /[/\\?#:]/ : /(?!)/;
        assert(ignored || cut.test(value), `refused: ${what}: ${error.message}`);
        count.refused++;
      }
    }
  }
  assertEquals(count, { same: 90, refused: 84, onPurpose: 36 });
});
