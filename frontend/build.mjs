// Builds everything the browser loads into driveline/static/build:
//   - one bundle for every .js and .css file directly in src/ (what they import may lie anywhere below);
//   - icons.svg, one sprite with the icons named in src/icons.txt (a name a line, "#" starts a comment).
// Names carry no hash: the server's static file manifest adds one. "--watch" rebuilds on change.

import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";
import { tabler } from "./src/build/tabler.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const source = join(here, "src");
const target = join(here, "..", "driveline", "static", "build");
const watch = process.argv.includes("--watch");

// The whole drawing of one icon as a sprite symbol. Stroke and size are the style sheet's business.
function symbol(name) {
  const [style, plain] = name.endsWith("-filled") ? ["filled", name.slice(0, -7)] : ["outline", name];
  const file = join(here, "node_modules", "@tabler", "icons", "icons", style, `${plain}.svg`);
  if (!existsSync(file)) throw new Error(`src/icons.txt: there is no icon "${name}"`);
  const body = readFileSync(file, "utf8").match(/<svg[^>]*>([\s\S]*)<\/svg>/)[1];
  const paint =
    style === "filled"
      ? 'fill="currentColor"'
      : 'fill="none" stroke="currentColor" stroke-linecap="round" stroke-linejoin="round"';
  const paths = body.replace(/<path stroke="none"[^>]*\/>/, "").replace(/\s*\n\s*/g, "");
  return `<symbol id="${name}" viewBox="0 0 24 24" ${paint}>${paths}</symbol>`;
}

function buildSprite() {
  const list = join(source, "icons.txt");
  if (!existsSync(list)) return;
  const names = readFileSync(list, "utf8")
    .split("\n")
    .map((line) => line.replace(/#.*/, "").trim())
    .filter(Boolean);
  const symbols = [...new Set(names)].sort().map(symbol);
  writeFileSync(
    join(target, "icons.svg"),
    `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`,
  );
}

rmSync(target, { recursive: true, force: true });
mkdirSync(target, { recursive: true });
buildSprite();

if (!existsSync(source)) process.exit(0);

const entryPoints = readdirSync(source, { withFileTypes: true })
  .filter((entry) => entry.isFile() && /\.(js|css)$/.test(entry.name))
  .map((entry) => join(source, entry.name));

const options = {
  entryPoints,
  outdir: target,
  bundle: true,
  minify: !watch,
  sourcemap: watch ? "inline" : false,
  format: "iife",
  target: ["chrome109", "firefox115", "safari16"],
  charset: "utf8",
  legalComments: "eof",
  loader: { ".svg": "file", ".woff2": "file" },
  assetNames: "[name]",
  plugins: [tabler(source)],
  logLevel: "warning",
};

if (watch) {
  const context = await esbuild.context({ ...options, logLevel: "info" });
  await context.watch();
} else {
  await esbuild.build(options);
}
