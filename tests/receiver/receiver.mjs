// A receiver of webhooks as our users write one: checks signatures with the library of Standard Webhooks, and can
// misbehave in every way that a path names. Arguments: a file with the secrets that it knows, one a line, and a file
// to which it writes a line of JSON for each request; with a key and a certificate it speaks TLS. Prints its port.
import { appendFileSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { Webhook } from 'standardwebhooks';

const [secretsFile, logFile, keyFile, certificateFile] = process.argv.slice(2);

function isValid(secret, body, headers) {
  try {
    new Webhook(secret).verify(body, headers);
    return true;
  } catch {
    return false;
  }
}

function record(request, body) {
  const secrets = readFileSync(secretsFile, 'utf8').split('\n').filter(Boolean);
  const text = body.toString('utf8');
  const flipped = Buffer.from(body);
  if (flipped.length > 0) flipped[flipped.length >> 1] ^= 1;
  const later = { ...request.headers, 'webhook-timestamp': String(Number(request.headers['webhook-timestamp']) + 1) };
  appendFileSync(logFile, `${JSON.stringify({
    path: request.url,
    id: request.headers['webhook-id'],
    signatures: (request.headers['webhook-signature'] ?? '').split(' ').length,
    verified: secrets.map((secret) => isValid(secret, text, request.headers)),
    flipped: secrets.some((secret) => isValid(secret, flipped.toString('utf8'), request.headers)),
    postdated: secrets.some((secret) => isValid(secret, text, later)),
    body: text,
  })}\n`);
}

function drip(socket) {
  socket.write('HTTP/1.1 200 OK\r\nX-Slow: ');
  const timer = setInterval(() => socket.write('x'), 50);
  socket.on('close', () => clearInterval(timer));
}

function pour(response) {
  const piece = Buffer.alloc(1 << 16);
  let left = 1 << 30;
  const more = () => {
    while (left > 0 && !response.destroyed) {
      left -= piece.length;
      if (!response.write(piece)) return response.once('drain', more);
    }
    return response.end();
  };
  response.writeHead(200, { 'Content-Length': left });
  more();
}

const answers = {
  '/500': (response) => response.writeHead(500).end(),
  '/429': (response) => response.writeHead(429, { 'Retry-After': '3600' }).end(),
  '/410': (response) => response.writeHead(410).end(),
  '/301': (response, request) =>
    response.writeHead(301, { Location: `http://${request.headers.host}/redirected` }).end(),
  '/metadata': (response) =>
    response.writeHead(302, { Location: 'http://169.254.169.254/latest/meta-data/' }).end(),
  '/hang': () => {},
  '/drip': (response) => drip(response.socket),
  '/huge': pour,
  '/reset': ({ socket }) => (socket.encrypted ? socket.destroy() : socket.resetAndDestroy()),
  '/garbage': (response) => response.socket.end('\u0000\u0001 not HTTP\r\n\r\n'),
  '/headers': (response) => response.socket.end(`HTTP/1.1 200 OK\r\nX-Long: ${'x'.repeat(100_000)}`),
};

function handle(request, response) {
  const pieces = [];
  request.on('data', (piece) => pieces.push(piece));
  request.on('end', () => {
    record(request, Buffer.concat(pieces));
    const answer = answers[request.url] ?? ((usual) => usual.writeHead(204).end());
    answer(response, request);
  });
}

const server = keyFile
  ? createSecureServer({ key: readFileSync(keyFile), cert: readFileSync(certificateFile) }, handle)
  : createServer(handle);
server.on('clientError', (_, socket) => socket.destroy());
server.on('tlsClientError', () => {});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
