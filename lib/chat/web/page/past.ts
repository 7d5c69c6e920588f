/** The page's script: what was said before (IRCv3 chathistory), asked for a piece at a time. */
export const PAST = String.raw`
/* Lines of one answer. */
const piece = 100;
/* What was asked for, in the order in which it will be answered. */
let asked = [];
/* Batches that are open, by their reference. */
const batches = new Map();

function ask(where, kind) {
  const line = kind === "BEFORE" ? where.oldest : kind === "AFTER" ? where.newest : null;
  if (kind !== "LATEST" && (!line || asked.some((request) => request.where === where))) return;
  asked.push({ where, kind });
  connection.send("CHATHISTORY", kind, where.name, line ? "msgid=" + line.id : "*", piece);
}

/*
 * The last lines of the past and what was said before they came, in the order of the server: those last lines are the
 * end of all, so that what they do not have is older.
 */
function inOrder(lines, held) {
  const ids = new Set(lines.map(({ id }) => id));
  const whole = held.every(({ id }) => !id || ids.has(id));
  return whole ? [...lines, ...held] : [...held, ...lines];
}

/* An answer is there; null when there is none. */
function answered(lines) {
  const request = asked.shift();
  if (!request || request.stale) return;
  const { where, kind } = request;
  const whole = lines !== null && lines.length < piece;
  if (kind === "BEFORE") {
    where.more = lines !== null && !whole;
    if (lines) where.prepend(lines);
    return arrived(where);
  }
  if (kind === "AFTER") {
    for (const line of lines ?? []) where.append(line, false);
    if (whole) where.live = true;
    return arrived(where);
  }
  const known = (lines ?? []).some(({ id }) => where.ids.has(id));
  if (lines && !known && !whole && where.newest) {
    // More was said meanwhile than one answer has. A reader further up goes on from there; otherwise the room begins anew.
    if (where === current && !following) where.live = false;
    else where.reset();
  } else if (!where.newest) where.more = !whole;
  settle(where, (lines ?? []).filter(({ id }) => !where.ids.has(id)));
  if (where.live) for (const line of inOrder(lines ?? [], where.held ?? [])) where.append(line, false);
  where.held = null;
  where === current ? redraw() : arrived(where);
}
`;
