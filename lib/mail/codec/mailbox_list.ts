import { parseNamedMailbox } from "./mailbox.ts";

/**
 * Splits a list of mailboxes at its commas, as header fields and people write it: `a@x, "Doe, Jane" <b@x>`, with groups
 * (`Team: a@x, b@x;`, RFC 5322 §3.4). A name with a comma may stand without quotes: what has no `@` belongs to the next.
 */
export function splitMailboxes(text: string): string[] {
  if (isOne(text)) return [text.trim()];
  const found: string[] = [];
  let piece = "";
  const end = () => {
    const whole = piece.trim();
    if (whole !== "") found.push(whole);
    piece = "";
  };
  for (const [token] of text.matchAll(TOKENS)) {
    if (token === "," && (piece.trim() === "" || /@|^\s*postmaster\s*$/i.test(piece))) end();
    // The name of a group says nothing of its mailboxes.
    else if (token === ":" && !piece.includes("@")) piece = "";
    else if (token === ";") end();
    else piece += token;
  }
  end();
  return found;
}

/** Whether a text is one mailbox, whatever marks stand in its name; an address in the name that a comma follows is a mailbox itself. */
function isOne(text: string): boolean {
  const name = text.replace(/"(?:[^"\\]|\\.)*"|<[^<>]*>\s*$/gu, "");
  if (name.includes(",") && name.includes("@")) return false;
  try {
    parseNamedMailbox(text);
    return true;
  } catch {
    return false;
  }
}

/** Quoted strings, angle brackets, comments, address literals, or a character. */
const TOKENS = /"(?:[^"\\]|\\.)*"|<[^<>]*>|\((?:[^()\\]|\\.)*\)|\[[^\]]*\]|[^]/gu;
