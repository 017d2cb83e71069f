// Edits a file as an editor does, with the client library of VS Code: node editor.mjs MODULES FOLDER COMMAND...
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [modules, folder, command, ...args] = process.argv.slice(2);
const require = createRequire(`${modules}/`);
const protocol = require("vscode-languageserver-protocol/node");
const server = spawn(command, args, { stdio: ["pipe", "pipe", "inherit"], cwd: folder });
const reader = new protocol.StreamMessageReader(server.stdout), writer = new protocol.StreamMessageWriter(server.stdin);
const client = protocol.createProtocolConnection(reader, writer);
const uri = pathToFileURL(`${folder}/a.go`).href;
let told = () => {};
client.onNotification(protocol.PublishDiagnosticsNotification.type, (params) => params.uri === uri && told(params));
const next = (version) => new Promise((resolve) => (told = (params) => params.version === version && resolve(params)));
client.listen();

const capabilities = { general: { positionEncodings: ["utf-16"] }, textDocument: { publishDiagnostics: { relatedInformation: true } } };
const folders = [{ uri: pathToFileURL(folder).href, name: "a" }];
const answer = await client.sendRequest(protocol.InitializeRequest.type, { processId: process.pid, rootUri: null, capabilities, workspaceFolders: folders });
await client.sendNotification(protocol.InitializedNotification.type, {});

const text = readFileSync(`${folder}/a.go`, "utf8");
const document = { uri, languageId: "go", version: 1, text };
const first = next(1);
await client.sendNotification(protocol.DidOpenTextDocumentNotification.type, { textDocument: document });
const opened = await first;
const seconds = [];
let changed;
for (let version = 2; version < 12; version++) {
  const wait = next(version);
  const start = performance.now();
  const at = { line: 0, character: 0 };
  const change = version % 2 ? { range: { start: at, end: { line: 1, character: 0 } }, text: "" } : { range: { start: at, end: at }, text: "// A line more.\n" };
  await client.sendNotification(protocol.DidChangeTextDocumentNotification.type, { textDocument: { uri, version }, contentChanges: [change] });
  changed = await wait;
  seconds.push((performance.now() - start) / 1000);
}
const range = changed.diagnostics[0]?.range;
const textDocument = { uri };
const actions = await client.sendRequest(protocol.CodeActionRequest.type, { textDocument, range, context: { diagnostics: changed.diagnostics } });
const hover = await client.sendRequest(protocol.HoverRequest.type, { textDocument, position: range.start });
await client.sendRequest(protocol.ShutdownRequest.type);
await client.sendNotification(protocol.ExitNotification.type);
const code = await new Promise((resolve) => server.on("exit", resolve));
console.log(JSON.stringify({ capabilities: answer.capabilities, opened, changed, seconds, actions, hover, code }));
process.exit(0);
