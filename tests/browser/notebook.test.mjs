// The example notebook (docs/carnet.ipynb) in the Python of a page of another origin, by https on both
// sides, with a school's certificate authority that this browser trusts: as Capytale, Basthon or JupyterLite.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import https from "node:https";
import os from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { Browser, PATIENCE, Server } from "./world.mjs";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");
const python = path.join(root, "crates/server/python");
const skip = !fs.existsSync(path.join(python, "VERSION")) && "scripts/python-page was not run";
const [TEACHER, NOTEBOOK] = ["prof.lycee.example", "notebook.example"];
const TYPES = { ".mjs": "text/javascript", ".wasm": "application/wasm", ".json": "application/json", ".zip": "application/zip" };
const PAGE = `<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><title>Carnet</title><script type="module">
import { loadPyodide } from "./pyodide.mjs";
globalThis.printed = [];
globalThis.python = await loadPyodide({ stdout: (line) => printed.push(line) });
</script>`;

/** A folder with a school's authority and the server's certificate, made as docs/operating.md says, and the
    same authority's certificate for the notebook's site in a folder below it. */
function school() {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "jp-school-"));
  const told = fs.readFileSync(path.join(root, "docs/operating.md"), "utf8");
  const commands = told.split("\n").filter((line) => /^openssl |> names$/.test(line));
  assert.equal(commands.length, 4, `the commands of docs/operating.md: ${commands}`);
  const shell = (lines, cwd) => execFileSync("sh", ["-ec", lines.join("\n")], { cwd, stdio: "pipe" });
  shell(commands, folder);
  const site = path.join(folder, "site");
  fs.mkdirSync(site);
  for (const name of ["ca.pem", "ca.key"]) fs.copyFileSync(path.join(folder, name), path.join(site, name));
  shell(commands.slice(1).map((line) => line.replaceAll(TEACHER, NOTEBOOK)), site);
  // The person's own authorities, where Chromium looks for them.
  const database = path.join(folder, ".pki/nssdb");
  fs.mkdirSync(database, { recursive: true });
  shell([`certutil -d sql:${database} -N --empty-password`, `certutil -d sql:${database} -A -t C,, -n school -i ca.pem`], folder);
  return { folder, options: ["--name", TEACHER, "--tls-cert", path.join(folder, "cert.pem"), "--tls-key", path.join(folder, "key.pem")] };
}

/** The site of notebooks: a page that loads Python, and Python's files. */
function serveNotebooks(folder) {
  const files = { key: fs.readFileSync(path.join(folder, "site/key.pem")), cert: fs.readFileSync(path.join(folder, "site/cert.pem")) };
  const site = https.createServer(files, (request, response) => {
    if (request.url === "/") return response.writeHead(200, { "Content-Type": "text/html" }).end(PAGE);
    const file = path.join(python, `${path.basename(request.url)}.gz`);
    if (!fs.existsSync(file)) return response.writeHead(404).end();
    response.writeHead(200, { "Content-Type": TYPES[path.extname(request.url)], "Content-Encoding": "gzip" });
    return response.end(fs.readFileSync(file));
  });
  return new Promise((resolve) => site.listen(0, "127.0.0.1", () => resolve(site)));
}

/** The notebook's programs, for a server at that port. */
function cells(port) {
  const notebook = JSON.parse(fs.readFileSync(path.join(root, "docs/carnet.ipynb"), "utf8"));
  const code = notebook.cells.filter((cell) => cell.cell_type === "code").map((cell) => cell.source.join(""));
  assert.ok(code[0].includes(`wss://${TEACHER}:8080/`), code[0]);
  return code.map((text) => text.replace(`${TEACHER}:8080`, `${TEACHER}:${port}`));
}

let authority;
let site;
let origin;
let browser;
let page;
before(async () => {
  if (skip) return;
  authority = school();
  site = await serveNotebooks(authority.folder);
  const { port } = site.address();
  origin = `https://${NOTEBOOK}:${port}`;
  // A site of the internet, to which a teacher's laptop is a device of the local network.
  const args = [`--ip-address-space-overrides=127.0.0.1:${port}=public`];
  browser = await Browser.start({ names: [TEACHER, NOTEBOOK], home: authority.folder, args });
  page = await browser.open(origin, { permissions: ["local-network-access"], expected: [/WebSocket connection/] });
  await page.waitForFunction(() => globalThis.python, undefined, { timeout: PATIENCE });
});
after(async () => {
  await browser?.close();
  site?.close();
  if (authority) fs.rmSync(authority.folder, { recursive: true, force: true });
  assert.deepEqual(browser?.complaints ?? [], [], "what the page complained about");
});

/** What a cell prints. */
const runCell = (code) => page.evaluate(async (text) => {
  printed.length = 0;
  await python.runPythonAsync(text);
  return [...printed];
}, code);

const portOf = (server) => server.web.split(":").pop();

test("the example notebook plays to the end, from the origin that was allowed", { skip }, async () => {
  const server = await Server.start([...authority.options, "--origin", origin]);
  try {
    const [connect, guess, play] = cells(portOf(server));
    assert.match((await runCell(connect)).join("\n"), /^Bonjour/);
    assert.match((await runCell(guess)).join("\n"), /^(Trop petit|Trop grand|Gagné)/);
    const tries = await runCell(play);
    assert.match(tries.at(-1), /^\d+ Gagné/, `the game's lines: ${tries}`);
    assert.ok(tries.length <= 7, `at most seven tries, not ${tries.length}`);
  } finally {
    await server.stop();
  }
});

test("a server that does not allow the notebook's origin lets it do nothing", { skip }, async () => {
  const server = await Server.start(authority.options);
  try {
    assert.deepEqual(await runCell(cells(portOf(server))[0]), ["Connexion fermée."]);
  } finally {
    await server.stop();
  }
});

test("a browser without the school's authority does not even load the page", { skip }, async () => {
  const stranger = await Browser.start({ names: [TEACHER, NOTEBOOK], home: path.join(authority.folder, "site") });
  try {
    await assert.rejects(stranger.open(origin), /ERR_CERT_AUTHORITY_INVALID/);
  } finally {
    await stranger.close();
  }
});
