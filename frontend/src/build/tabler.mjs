// Thins Tabler's style sheet: keeps its variables, its element rules and the classes named in src/tabler-classes.txt.
// The whole sheet is 80 kB compressed; what the desk uses of it is a tenth of that.

import { readFileSync } from "node:fs";
import { join } from "node:path";

const list = (path) =>
  new Set(
    readFileSync(path, "utf8")
      .split("\n")
      .map((line) => line.replace(/#.*/, "").trim())
      .filter(Boolean),
  );

// Ends of the block that opens at `start`, with strings and comments skipped.
function blockEnd(css, start) {
  let depth = 0;
  for (let i = start; i < css.length; i += 1) {
    const c = css[i];
    if (c === "\\") i += 1;
    else if (c === "/" && css[i + 1] === "*") i = css.indexOf("*/", i) + 1;
    else if (c === '"' || c === "'") for (i += 1; css[i] !== c; i += 1) if (css[i] === "\\") i += 1;
    if (css[i] === "{") depth += 1;
    if (css[i] === "}" && --depth === 0) return i;
  }
  throw new Error("unbalanced style sheet");
}

function splitSelectors(text) {
  const parts = [];
  let depth = 0;
  let from = 0;
  [...text].forEach((c, i) => {
    if (c === "(" || c === "[") depth += 1;
    if (c === ")" || c === "]") depth -= 1;
    if (c === "," && depth === 0) {
      parts.push(text.slice(from, i));
      from = i + 1;
    }
  });
  return [...parts, text.slice(from)].map((part) => part.trim()).filter(Boolean);
}

const named = (selector) => [...selector.replace(/\[[^\]]*\]/g, "").matchAll(/\.(-?[_a-zA-Z][\w-]*)/g)].map((m) => m[1]);
const kept = (selector, classes) => named(selector).every((name) => classes.has(name));

function thinned(css, classes) {
  let out = "";
  let at = 0;
  while (at < css.length) {
    const open = css.indexOf("{", at);
    if (open < 0) break;
    const head = css.slice(at, open).replace(/\/\*[\s\S]*?\*\//g, "").trim();
    const semicolon = head.lastIndexOf(";");
    const prelude = head.slice(semicolon + 1).trim();
    const end = blockEnd(css, open);
    const body = css.slice(open + 1, end);
    at = end + 1;
    if (/^@(media|supports|layer|container)/.test(prelude)) {
      const inner = thinned(body, classes);
      if (inner) out += `${prelude}{${inner}}`;
    } else if (prelude.startsWith("@font-face") || /^@(keyframes|-webkit-keyframes)/.test(prelude)) {
      continue;
    } else if (!prelude.startsWith("@")) {
      const selectors = splitSelectors(prelude).filter((one) => kept(one, classes));
      if (selectors.length) out += `${selectors.join(",")}{${body.trim()}}`;
    }
  }
  return out;
}

// An esbuild plugin: answers for Tabler's style sheet with the thinned text.
export function tabler(source) {
  return {
    name: "tabler",
    setup(build) {
      build.onLoad({ filter: /@tabler[\\/]core[\\/].*tabler\.css$/ }, ({ path }) => {
        const classes = list(join(source, "tabler-classes.txt"));
        return { contents: thinned(readFileSync(path, "utf8"), classes), loader: "css" };
      });
    },
  };
}
