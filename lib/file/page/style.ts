/** The style of the listing: one column on a phone, dark if the reader prefers it. */
export const STYLE = `
:root{color-scheme:light dark;--bg:#fff;--fg:#1a1d21;--dim:#5c6670;--line:#e3e6ea;--link:#0b57d0;--soft:#f4f6f8;--mark:#e8f0fe;--bad:#b3261e}
@media(prefers-color-scheme:dark){:root{--bg:#15181c;--fg:#e6e9ec;--dim:#9aa4ae;--line:#2c3238;--link:#8ab4f8;--soft:#1d2126;--mark:#23344f;--bad:#f2b8b5}}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--fg);font:16px/1.45 system-ui,sans-serif}
main,header{max-width:64rem;margin:0 auto;padding:0 1rem}
header{padding-top:1.25rem}
h1{font-size:1.25rem;margin:0 0 .75rem;overflow-wrap:anywhere;font-weight:600}
h1 a{padding:.15rem .1rem}
h1 span{color:var(--dim);font-weight:400;padding:0 .2rem}
a{color:var(--link);text-decoration:none}
a:hover{text-decoration:underline}
:focus-visible{outline:2px solid var(--link);outline-offset:2px;border-radius:3px}
.bar{display:flex;flex-wrap:wrap;gap:.6rem;align-items:center;margin-bottom:.75rem;color:var(--dim);font-size:.9rem}
input,button{font:inherit;color:inherit;background:var(--bg);border:1px solid var(--line);border-radius:6px;padding:.4rem .6rem}
button{background:var(--soft);cursor:pointer}
#filter{flex:1 1 12rem;min-width:0}
table{width:100%;border-collapse:collapse;table-layout:fixed}
th{text-align:left;font-weight:600;font-size:.85rem;border-bottom:1px solid var(--line);padding:.4rem .25rem}
th a{color:var(--dim);white-space:nowrap}
th[aria-sort] a{color:var(--fg)}
th[aria-sort=ascending] a::after{content:" ↑"}
th[aria-sort=descending] a::after{content:" ↓"}
td{border-bottom:1px solid var(--line);padding:0 .25rem}
td:first-child a{display:block;padding:.45rem 0;overflow-wrap:anywhere}
tr:hover td{background:var(--soft)}
.s{width:7rem;text-align:right;white-space:nowrap}
.t{width:11rem;text-align:right;white-space:nowrap}
nav{padding:.75rem .25rem}
td.s,td.t{color:var(--dim);font-variant-numeric:tabular-nums;font-size:.9rem}
.d{font-weight:600}
.none{color:var(--dim);padding:1.5rem .25rem}
form{border:1px dashed var(--line);border-radius:8px;padding:.75rem;margin-bottom:.75rem;display:flex;flex-wrap:wrap;gap:.6rem;align-items:center;color:var(--dim)}
form.over{background:var(--mark);border-color:var(--link)}
form input[type=file]{border:0;padding:0;max-width:100%;min-width:0}
#jobs{list-style:none;margin:0 0 .75rem;padding:0}
#jobs li{display:grid;grid-template-columns:1fr auto;gap:.1rem .6rem;padding:.3rem 0;font-size:.9rem;overflow-wrap:anywhere}
#jobs progress{grid-column:1/3;width:100%;height:.4rem;accent-color:var(--link)}
#jobs .bad{color:var(--bad)}
footer{max-width:64rem;margin:0 auto;padding:1rem;color:var(--dim);font-size:.85rem}
[hidden]{display:none!important}
@media(max-width:36rem){
tr{display:grid;grid-template-columns:1fr auto;border-bottom:1px solid var(--line);column-gap:.75rem}
th{border:0;width:auto}
th a{display:block;padding:.3rem 0}
td{border:0;width:auto}
thead tr{display:flex}
th.s,th.t{width:auto}
th:first-child{flex:1}
td:first-child a{padding:.6rem 0 0}
td.s{align-self:end}
td.t{grid-column:1/3;grid-row:2;text-align:left;padding-bottom:.55rem;font-size:.8rem}
}
`;
