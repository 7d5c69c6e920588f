/** XHTML. */
export const HTML = "http://www.w3.org/1999/xhtml";
/** SVG. */
export const SVG = "http://www.w3.org/2000/svg";
/** MathML. */
export const MATHML = "http://www.w3.org/1998/Math/MathML";
/** XLink. */
export const XLINK = "http://www.w3.org/1999/xlink";
/** The prefix `xml`. */
export const XML = "http://www.w3.org/XML/1998/namespace";
/** Declarations of namespaces. */
export const XMLNS = "http://www.w3.org/2000/xmlns/";
