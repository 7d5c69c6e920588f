import type { TextKind } from "./text.ts";

/** A phrase that Voice bans. */
export interface PhraseRule {
  /** Matched against a text on one line. */
  readonly phrase: RegExp;
  /** The kinds of text that the rule is for; all when it is not given. */
  readonly kinds?: readonly TextKind[];
  /** The paths that the rule is for; all when it is not given. */
  readonly where?: RegExp;
  readonly because: string;
  /** Better words. */
  readonly better: string;
}

/** A name that Voice bans. */
export interface NameRule {
  /** Matched against a declared name. */
  readonly names: RegExp;
  readonly because: string;
  readonly better: string;
}

const SHOWN = ["help", "text"] as const;

/** Phrases that the manuals of the field do not use. */
export const PHRASES: readonly PhraseRule[] = [
  {
    // Flags of the runtime are for developers.
    phrase:
      /(?<![\w-])--(?!allow-|unstable-|no-prompt\b)[a-z][a-z-]*|\btoucan (?:url|resolve|get|file|tcp|udp|chat|mail|tour|help)\b/,
    kinds: ["text"],
    where: /^lib\/(?!cli\/|tour\/)/,
    because: "a library error names no command line",
    better: "the fact alone, with a `code` and where necessary a `reason`, and the hint for them in lib/cli/hints.ts",
  },
  {
    phrase: /(?<!\b[Tt]here )\b(?:is|are|was|were|be) no (?!longer\b|more\b|less\b|fewer\b|later\b|greater\b|larger\b)/,
    because: '"X is no Y" has to be decoded',
    better: '"is not a …", or for an error: invalid NOUN "VALUE": what is accepted',
  },
  {
    phrase: /\b(?:has|have|makes?) no sense\b|\bwithout sense\b|\bsenseless\b/,
    because: "not said of options and values",
    better: '"is not valid here", "invalid", "has no effect"',
  },
  {
    phrase: /\b(?:goes?|went|going) (?:with|without|beside)\b/,
    because: "does not say what depends on what",
    better: '"X requires Y", "X cannot be combined with Y", "attachment"',
  },
  {
    phrase: /\bso (?:many|often|long|much)\b(?! (?:as|that)\b)(?![^.;:]{0,60}\bthat\b)/i,
    because: "names no quantity",
    better: '"number of …", "at most N …", "after this long", "N times"',
  },
  {
    phrase: /\b(?:some|any|every|no)body\b/i,
    because: "does not say who",
    better: '"a client", "a user", "a peer", "a caller", "no one else", "all members"',
  },
  { phrase: /\bwho(?:m|ever|mever)\b/i, because: "stilted", better: '"recipient", "the client that", "the caller"' },
  {
    phrase: /(?:^|[.:;] )who /i,
    kinds: ["help", "text", "doc", "title", "prose"],
    because: 'a clause "who …" does not name its subject',
    better: '"a client that …", "user name", "recipient"',
  },
  {
    phrase: /\bours(?:elves)?\b/i,
    because: "has no referent",
    better: '"the tool\'s", "the server\'s own", "local", "internal error"',
  },
  { phrase: /\bamid\b/i, because: "not used in the field", better: '"midway", "during"' },
  { phrase: /\bas (?:it|he|they|you|one) likes?\b/i, because: "colloquial", better: '"any", "optional"' },
  { phrase: /\bmend(?:s|ed|ing)?\b/i, because: "archaic", better: '"fix"' },
  {
    phrase: /\bg(?:ive|ives|iving|ave|iven)(?: \w+)? up\b/i,
    because: "does not say what happens",
    better: '"abort", "time out", "cancel", "release", "discard"',
  },
  {
    phrase: /(?<!\b(?:one|a|single|first|second|each|the) )\bpass(?:es|ed|ing)? over\b/i,
    because: "ambiguous",
    better: '"ignore", "skip"',
  },
  { phrase: /\band ends?(?=[.;,:]|$)/, kinds: SHOWN, because: "a program exits", better: '"and exit"' },
  {
    phrase: /\bthe other end\b(?! of the (?:list|queue|buffer|text))/i,
    because: "the field has a word for it",
    better: '"the peer", "the server", "the client"',
  },
  {
    phrase: /\b(?:the|a|each|one|every|per|first|last|next|between|further|more) tr(?:y|ies)\b(?! to)/i,
    because: "the noun is",
    better: '"attempt", "retry"',
  },
  { phrase: /\brather\b(?! than\b)/i, because: "does not say which", better: '"prefer X", "X instead of Y"' },
  { phrase: /\banew\b/i, because: "archaic", better: '"again", "from the start"' },
  { phrase: /\bfor want of\b/i, because: "archaic", better: '"for lack of", "because there is no"' },
  {
    phrase: /\b(?:is|are|was) none\b(?<!there is none|there are none|there was none)/i,
    because: "has to be decoded",
    better: '"is invalid", "is missing"',
  },
  { phrase: /\bh(?:old|olds|eld|olding)(?: \w+){1,3} up\b/i, because: "ambiguous", better: '"block", "delay"' },
  { phrase: /\bturn(?:s|ed|ing)?(?: \w+)? away\b/i, because: "not used in the field", better: '"reject"' },
  { phrase: /\b(?:leav(?:e|es|ing)|left)(?: \w+)? away\b/i, because: "not English", better: '"omit", "leave out"' },
  {
    phrase: /^(?:Makes? one|What|Whom?|How|Whose)\b/,
    kinds: ["doc"],
    because: "a doc begins with a verb in the third person, or with a noun",
    better: '"Returns …", "Creates …", "Number of …", "Recipient"',
  },
  {
    phrase: /^(?:what|whom?|how|whose|where|says?|tells?)\b/i,
    kinds: ["help"],
    because: "help begins with a verb in the imperative, or with a noun",
    better: '"print …", "number of …", "path of …"',
  },
  {
    phrase: /(?<!\b(?:under|page) )\bload(?:s|ed|ing)?\b/i,
    kinds: SHOWN,
    because: "the field's words are others",
    better: '"download", "upload", "read", "import"',
  },
  { phrase: /\bbr(?:ings?|ought)\b/i, kinds: SHOWN, because: "vague", better: '"upload", "include", "send"' },
  {
    phrase: /\bsa(?:ys?|id)\b/i,
    kinds: SHOWN,
    because: "vague",
    better: '"print", "report", "according to", "specify"',
  },
  {
    phrase: /(?:^|[,:;] |\b(?:and|or) )give (?!up)/i,
    kinds: SHOWN,
    because: "vague",
    better: '"use …", "specify …", "must be …", "(supported: …)"',
  },
];

/** Names that a reader who knows the field would not search for. */
export const NAMES: readonly NameRule[] = [
  {
    names: /^(?:Parcel|Post|PostTrouble)$/,
    because: "not mail",
    better: "EncodedMessage, CommitQueue, CommitFailureHandler",
  },
  { names: /Patience|PATIENCE/, because: "not a term of the field", better: "Timeouts, *_TIMEOUT_MS" },
  {
    names: /(?:^|[a-z])Told(?:$|[A-Z])|(?:^|[a-z])Teller(?:$|[A-Z])/,
    because: "not a term of the field",
    better: "LoggedError, ConversationHandlers, EventReporter",
  },
  { names: /^(?:Uns|S)ound$/, because: "not a term of the field", better: "ResumeMismatch, ResumableResponse" },
  { names: /^Understood$/, because: "not a term of the field", better: "LookupResult, ClassifiedAnswer" },
  { names: /^(?:look|Seen)$/, because: "does not say what is fetched", better: "fetchCertificates, PeerCertificates" },
  {
    names: /^(?:word|most)$/,
    because: "says neither what nor of what",
    better: "password, verb, command; limit, max…",
  },
  {
    names: /(?:^|_)(?:LONGEST|MOST|PIECE)(?:$|_)/,
    because: "names no unit",
    better: "MAX_…_BYTES, MAX_…_COUNT, CHUNK_BYTES",
  },
  { names: /^(?:Circle|Face)$/, because: "not a term of the field", better: "PeerHistory, PeerKey" },
];
