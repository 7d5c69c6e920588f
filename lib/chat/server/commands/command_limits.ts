/** What one command can ask for at most; clients are told on entering (RPL_ISUPPORT). */
export const COMMAND_LIMITS = {
  /** Lines of CHATHISTORY. */
  history: 100,
  /** Members put out by one KICK. */
  kicks: 4,
  /** Changes with a parameter of one MODE. */
  modes: 8,
  /** Nicks that a client may monitor. */
  monitor: 100,
  /** Targets of a message. */
  targets: 4,
} as const;
