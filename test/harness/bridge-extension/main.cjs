/**
 * Runs code that a test sends inside the extension host. Each extension host listens on a socket of its own in the folder
 * $GOALWRIGHT_TEST_BRIDGE and writes the socket's name into the file `current` there, so that after a reload the newest
 * one is found.
 */
const fs = require('node:fs');
const http = require('node:http');
const path = require('node:path');
const vm = require('node:vm');
const vscode = require('vscode');

async function answer(body) {
  try {
    const { code, arg } = JSON.parse(body);
    const value = await vm.runInThisContext(`(${code})`)({ vscode, require, arg });
    return JSON.stringify({ value: value ?? null });
  } catch (error) {
    return JSON.stringify({ error: error?.stack ?? String(error) });
  }
}

exports.activate = (context) => {
  const folder = process.env.GOALWRIGHT_TEST_BRIDGE;
  if (!folder) return;
  const socket = path.join(folder, `${process.pid}.sock`);
  const server = http.createServer((request, response) => {
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', async () => response.end(await answer(Buffer.concat(chunks).toString())));
  });
  server.listen(socket, () => {
    fs.writeFileSync(path.join(folder, 'current.new'), socket);
    fs.renameSync(path.join(folder, 'current.new'), path.join(folder, 'current'));
  });
  context.subscriptions.push({ dispose: () => server.close() });
};
