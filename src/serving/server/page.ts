import { sha256Base64 } from './page-hash.js';
import { PAGE_SCRIPT } from './page-script.js';

const STYLE = `
:root{--ink:#1d2530;--soft:#5a6675;--line:#cfd6de;--back:#fff;--fill:#f3f6f9;--strong:#0b5cad;--plus:#0b5cad;--minus:#a8480b}
@media (prefers-color-scheme:dark){:root{--ink:#e8edf3;--soft:#a9b4c1;--line:#3c4856;--back:#14191f;--fill:#1d242c;--strong:#7db8f5;--plus:#7db8f5;--minus:#f0a36b}}
*{box-sizing:border-box}
body{margin:0;font:16px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--back)}
main{max-width:64rem;margin:0 auto;padding:1.5rem 1rem 4rem}
h1{font-size:1.5rem;margin:0}h2{font-size:1.1rem;margin:1.5rem 0 .5rem}
p{margin:.25rem 0 1rem;color:var(--soft)}
form{display:grid;gap:1rem;padding:1rem;background:var(--fill);border:1px solid var(--line);border-radius:8px}
label,legend{font-weight:600;font-size:.95rem}
input[type=text],select{display:block;width:100%;padding:.55rem .6rem;font:inherit;color:inherit;background:var(--back);border:1px solid var(--soft);border-radius:6px}
fieldset{border:0;padding:0;margin:0}
.products{max-height:16rem;overflow:auto;border:1px solid var(--line);border-radius:6px;background:var(--back);margin-top:.3rem}
.products label{display:flex;gap:.6rem;padding:.4rem .6rem;font-weight:400;border-bottom:1px solid var(--line)}
button{justify-self:start;padding:.6rem 1.2rem;font:inherit;font-weight:600;color:#fff;background:#0b5cad;border:0;border-radius:6px;cursor:pointer}
:focus-visible{outline:3px solid var(--strong);outline-offset:2px}
article{border:1px solid var(--line);border-radius:8px;padding:.8rem 1rem;margin:.8rem 0}
article h3{margin:0 0 .3rem;font-size:1rem;font-weight:600}
.label{font-weight:700;color:var(--strong)}
.scroll{overflow-x:auto}
table{border-collapse:collapse;font-variant-numeric:tabular-nums;font-size:.92rem;margin-top:.4rem}
th,td{padding:.25rem .7rem;text-align:right;border-bottom:1px solid var(--line);white-space:nowrap}
th:first-child,td:first-child,th:nth-child(2),td:nth-child(2){text-align:left}
.plus{color:var(--plus)}.minus{color:var(--minus)}
`;

/** What a person looks at: a query, products of the sample, and what each model says. Everything is in it. */
export const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>esci-select: labels of a query's products</title>
<link rel="icon" href="data:,">
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>Labels of a query’s products</h1>
<p id="bundle">Loading the bundle …</p>
<form id="form">
<div><label for="sample">Products of the bundle’s sample, by their query</label><select id="sample"></select></div>
<div><label for="query">Query</label><input type="text" id="query" autocomplete="off" required></div>
<fieldset><legend>Products</legend><div class="products" id="products"></div></fieldset>
<button type="submit">Label them</button>
</form>
<h2 id="answers">Answers</h2>
<p role="status" aria-live="polite" id="status">Nothing was asked yet.</p>
<div id="results"></div>
</main>
<script>${PAGE_SCRIPT}</script>
</body>
</html>
`;

/** The page loads nothing from elsewhere, and runs and draws only what is in it. */
export const PAGE_POLICY = [
  "default-src 'none'",
  `script-src 'sha256-${sha256Base64(PAGE_SCRIPT)}'`,
  `style-src 'sha256-${sha256Base64(STYLE)}'`,
  "connect-src 'self'",
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');
