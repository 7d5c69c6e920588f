import { ImapSyntaxError, type Scanner } from "./scanner.ts";
import { formatSet } from "./sequence_set.ts";

const OPTIONS = ["MIN", "MAX", "ALL", "COUNT"] as const;

/** Value that a SEARCH returns in place of all numbers (RFC 4731 §3.1). */
export type SearchReturn = (typeof OPTIONS)[number];

/** Reads the options behind RETURN; none stand for ALL. */
export function readSearchReturn(scanner: Scanner): readonly SearchReturn[] {
  const options = scanner.list(() => {
    const name = scanner.atom("option").toUpperCase();
    const option = OPTIONS.find((one) => one === name);
    if (!option) throw new ImapSyntaxError(`Unknown option ${name}`);
    return option;
  }, { limit: 10 });
  return options.length === 0 ? ["ALL"] : options;
}

/** Formats the response ESEARCH (RFC 4731 §3.1). Where nothing was found there is no MIN, MAX or ALL. */
export function formatSearchResult(
  { tag, uid }: { readonly tag: string; readonly uid: boolean },
  options: readonly SearchReturn[],
  found: readonly number[],
): string {
  const values: Readonly<Record<SearchReturn, number | string | undefined>> = {
    MIN: found[0],
    MAX: found.at(-1),
    ALL: found.length > 0 ? formatSet(found) : undefined,
    COUNT: found.length,
  };
  const items = OPTIONS.filter((option) => options.includes(option) && values[option] !== undefined);
  return [`* ESEARCH (TAG "${tag}")`, ...(uid ? ["UID"] : []), ...items.map((item) => `${item} ${values[item]}`)].join(
    " ",
  );
}
