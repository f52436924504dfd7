// SPDX-License-Identifier: AGPL-3.0-or-later
// Makes what the program carries for browsers, with a hash of the content in each name:
//   node build.mjs OUTPUT_FOLDER
// daybreak.css (Sass), daybreak.js (TypeScript, checked), the fonts the styles use, the icon, a
// .gz beside each that shrinks, and manifest.txt ("daybreak.css daybreak-<hash>.css" per line).
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const here = dirname(fileURLToPath(import.meta.url));
const output = process.argv[2];
if (!output) {
  console.error("usage: node build.mjs OUTPUT_FOLDER");
  process.exit(2);
}

// A clean clone, or new pins: fetch the packages first (scripts/install-deps does the same).
const installed = join(here, "node_modules/.package-lock.json");
if (!existsSync(installed) || statSync(join(here, "package-lock.json")).mtimeMs > statSync(installed).mtimeMs) {
  console.error("web: installing the npm packages that package-lock.json names");
  execFileSync("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], { cwd: here, stdio: "inherit" });
  utimesSync(installed, new Date(), new Date());
}
const sass = await import("sass");
const esbuild = await import("esbuild");

rmSync(output, { recursive: true, force: true });
mkdirSync(output, { recursive: true });
const manifest = [];

function put(name, content) {
  const bytes = Buffer.from(content);
  const hash = createHash("sha256").update(bytes).digest("hex").slice(0, 12);
  const dot = name.lastIndexOf(".");
  const hashed = `${name.slice(0, dot)}-${hash}${name.slice(dot)}`;
  writeFileSync(join(output, hashed), bytes);
  const packed = gzipSync(bytes, { level: 9 });
  if (packed.length < bytes.length * 0.9) writeFileSync(join(output, `${hashed}.gz`), packed);
  manifest.push(`${name} ${hashed}`);
  return { hashed, bytes: bytes.length, packed: packed.length };
}

const uswds = join(here, "node_modules/@uswds/uswds");
const css = await sass.compileAsync(join(here, "src/daybreak.scss"), {
  loadPaths: [join(uswds, "packages"), join(here, "src")],
  style: "compressed",
  quietDeps: true,
  silenceDeprecations: ["import", "global-builtin", "if-function"],
});

// Every file the styles name is put beside them under its hashed name.
const files = new Map();
const styles = css.css.replace(/url\((["']?)([^"')]+)\1\)/g, (whole, quote, address) => {
  if (address.startsWith("data:")) return whole;
  const relative = address.replace(/^(\.\.\/)+|^\.\//, "").replace(/[?#].*$/, "");
  if (!files.has(relative)) {
    const source = join(uswds, "dist", relative);
    files.set(relative, put(relative.split("/").pop(), readFileSync(source)).hashed);
  }
  return `url("${files.get(relative)}")`;
});
const css_size = put("daybreak.css", styles);

execFileSync(process.execPath, [join(here, "node_modules/typescript/bin/tsc"), "--noEmit", "-p", here], { stdio: "inherit" });
const bundle = await esbuild.build({
  entryPoints: [join(here, "src/daybreak.ts")],
  bundle: true,
  minify: true,
  write: false,
  format: "esm",
  target: "es2020",
  legalComments: "none",
});
const js_size = put("daybreak.js", bundle.outputFiles[0].contents);
// The worker that keeps public pages stands alone: it is fetched by its own address.
const worker = await esbuild.transform(readFileSync(join(here, "src/keep-worker.js"), "utf8"), { minify: true, target: "es2020" });
put("keep-worker.js", worker.code);
put("icon.svg", readFileSync(join(here, "src/icon.svg")));
writeFileSync(join(output, "manifest.txt"), manifest.join("\n") + "\n");

const LIMITS = { css: 30 * 1024, js: 6 * 1024 };
console.log(`web: styles ${css_size.packed} bytes compressed, scripts ${js_size.packed}, ${files.size} fonts and images`);
if (css_size.packed > LIMITS.css || js_size.packed > LIMITS.js) {
  console.error(`web: too large; the limits are ${LIMITS.css} and ${LIMITS.js} bytes compressed`);
  process.exit(1);
}
