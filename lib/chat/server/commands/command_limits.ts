/** Limits of single commands, announced in RPL_ISUPPORT. */
export const COMMAND_LIMITS = {
  /** Lines of CHATHISTORY. */
  history: 100,
  /** Members kicked by one KICK. */
  kicks: 4,
  /** Changes with a parameter in one MODE. */
  modes: 8,
  /** Nicknames that a client may monitor. */
  monitor: 100,
  /** Targets of a message. */
  targets: 4,
} as const;
