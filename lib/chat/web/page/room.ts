/** The page's script: channels and private conversations, what was said there and who is there. */
export const ROOM = String.raw`
/* Lines of one room that are held; what was said before is asked for again when it is scrolled to. */
const most = 2000;

class Room {
  constructor(name) {
    this.name = name;
    this.key = "";
    /* One piece of what was said, without gaps; each line has a place, one more than the line before. */
    this.lines = [];
    this.ids = new Set();
    /* Whether the piece reaches to now; when it does not, what is said now is only counted. */
    this.live = true;
    /* Whether the server may have more from before. */
    this.more = isChannel(name);
    /* What is said while the past is under way. */
    this.held = null;
    this.people = new Map();
    this.topic = "";
    this.unread = 0;
    this.mentioned = false;
    this.inside = false;
    /* Whether it is joined again after the connection was lost. */
    this.wanted = false;
    this.outbox = [];
  }

  get first() { return this.lines[0]?.place ?? 0; }
  get last() { return this.lines.at(-1)?.place ?? -1; }
  get oldest() { return this.lines.find((line) => line.id); }
  get newest() { return this.lines.findLast((line) => line.id); }
  at(place) { return this.lines[place - this.first]; }

  knows(line) {
    if (!line.id) return false;
    if (this.ids.has(line.id)) return true;
    this.ids.add(line.id);
    return false;
  }

  /* Adds what was said now; false when it is there already. While the reader is further up, nothing is dropped there. */
  append(line, reading) {
    if (this.knows(line)) return false;
    if (this.lines.length >= most && reading && isChannel(this.name)) {
      this.live = false;
      if (line.id) this.ids.delete(line.id);
      return true;
    }
    line.place = this.last + 1;
    this.lines.push(line);
    if (this.lines.length > most + 200) {
      this.forget(this.lines.splice(0, this.lines.length - most));
      this.more = isChannel(this.name);
    }
    return true;
  }

  /* Puts what was said before on top; what is then too much goes from the other end. */
  prepend(lines) {
    const fresh = lines.filter((line) => !this.knows(line));
    let place = this.first;
    for (const line of fresh.toReversed()) line.place = --place;
    this.lines.unshift(...fresh);
    if (this.lines.length > most + 200) {
      this.forget(this.lines.splice(most));
      this.live = false;
    }
  }

  /* Begins anew, at another piece of what was said. */
  reset() {
    this.lines = [];
    this.ids.clear();
    this.live = true;
    this.more = isChannel(this.name);
  }

  forget(lines) { for (const { id } of lines) this.ids.delete(id); }
}

const rooms = new Map();
let current = null;
let me = "";
/* What stands behind our nick in what others get. */
let userHost = "";

function room(name) {
  const key = fold(name);
  if (!rooms.has(key)) rooms.set(key, new Room(name));
  return rooms.get(key);
}

/* Our nicks so far: after a lost connection it may be another one than before. */
const nicks = new Set();
function called(nick) {
  me = nick;
  nicks.add(fold(nick));
}

const mine = (nick) => fold(nick) === fold(me);
`;
