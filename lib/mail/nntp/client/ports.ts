/** Port of NNTP. */
export const NNTP_PORT = 119;
/** Port of NNTP with implicit TLS. */
export const NNTPS_PORT = 563;
