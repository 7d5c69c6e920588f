import type { LinkOutcome, MailFact, MailLink } from "../../review/types.ts";
import { checkMailLinks, fetchReview } from "./api.ts";
import { make, plain } from "./dom.ts";

/** Links that are shown before they are checked. */
const MAX_SHOWN = 200;

/** Returns the facts about the HTML of a message and its links, with a button that checks these. */
export function checksOf(id: string): HTMLElement {
  const element = make("section", "…", { className: "checks", tabIndex: 0 });
  fetchReview(id).then(({ facts, links }) => {
    element.replaceChildren(
      make("h3", "HTML"),
      facts.length === 0 ? make("p", "Nothing that mail programs are known to treat differently.") : factList(facts),
      make("h3", links.length === 1 ? "1 link" : `${links.length} links`),
      ...linkParts(id, links),
    );
  }, () => element.textContent = "The sink is gone.");
  return element;
}

function factList(facts: readonly MailFact[]): HTMLElement {
  const list = make("ul");
  for (const { text, count } of facts) list.append(make("li", `${count} × ${text}`));
  return list;
}

function linkParts(id: string, links: readonly MailLink[]): HTMLElement[] {
  if (links.length === 0) return [];
  const list = make("ul");
  for (const { url } of links.slice(0, MAX_SHOWN)) list.append(make("li", plain(url)));
  const status = make("p", "");
  status.role = "status";
  const button = make("button", "Check links", { type: "button" });
  button.addEventListener("click", async () => {
    button.disabled = true;
    status.textContent = "Checking…";
    const outcome = await checkMailLinks(id);
    button.disabled = false;
    if (typeof outcome === "string") return void (status.textContent = outcome);
    const broken = outcome.filter(({ ok }) => !ok).length;
    status.textContent = broken === 0 ? "No broken links." : `${broken} of ${outcome.length} broken.`;
    list.replaceChildren(...outcome.map(outcomeItem));
  });
  return [button, status, list];
}

function outcomeItem({ url, ok, status, location, error }: LinkOutcome): HTMLElement {
  const item = make("li");
  const result = error ? error.message : `${status}`;
  item.append(
    make("b", plain(result), { className: ok ? "good" : "bad" }),
    make("span", plain(location === undefined ? url : `${url} → ${location}`)),
  );
  return item;
}
