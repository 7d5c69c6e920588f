/**
 * QR codes as text (ISO/IEC 18004), for links that a phone opens.
 * Permissions at load: none. Licence: MIT.
 * @module
 */
export { renderUnicodeCompact } from "npm:uqr@0.1.3";
