// A mail server for tests. Arguments: a file to which it writes a line of JSON for each e-mail, and options as
// JSON: secure, key, certificate (files), user, password, methods, without (commands that it does not know),
// size. Prints its port. It misbehaves as local parts say: rcpt-550 of a receiver, mail-452 of a sender,
// data-554 of a receiver after the text has come.
import { appendFileSync, readFileSync } from 'node:fs';
import { simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';

const [logFile, given] = process.argv.slice(2);
const options = JSON.parse(given ?? '{}');

function refusalAt(stage, address) {
  const match = new RegExp(`^${stage}-(\\d)(\\d\\d)@`).exec(address);
  if (!match) return null;
  return Object.assign(new Error(`${match[1]}.1.1 refused as asked`), { responseCode: Number(match[1] + match[2]) });
}

async function record(raw, session) {
  const parsed = await simpleParser(raw, { skipHtmlToText: true, skipTextToHtml: true });
  appendFileSync(logFile, `${JSON.stringify({
    sender: session.envelope.mailFrom.address,
    receivers: session.envelope.rcptTo.map((each) => each.address),
    size: session.envelope.mailFrom.args?.SIZE ?? null,
    secure: session.secure,
    user: session.user ?? null,
    connection: session.id,
    hello: session.hostNameAppearsAs,
    headers: Object.fromEntries(parsed.headerLines.map(({ key, line }) => [key, line])),
    from: parsed.from?.value ?? [],
    to: parsed.to?.value ?? [],
    reply_to: parsed.replyTo?.value ?? [],
    subject: parsed.subject ?? '',
    text: parsed.text ?? '',
    html: parsed.html || '',
    line_max: Math.max(...raw.toString('latin1').split('\r\n').map((line) => line.length)),
    is_seven_bit: raw.every((byte) => byte < 128),
  })}\n`);
}

const server = new SMTPServer({
  secure: options.secure ?? false,
  ...(options.key && { key: readFileSync(options.key), cert: readFileSync(options.certificate) }),
  authOptional: !options.user,
  authMethods: options.methods ?? ['PLAIN', 'LOGIN'],
  allowInsecureAuth: true,
  disabledCommands: options.without ?? [],
  disableReverseLookup: true,
  ...(options.size && { size: options.size }),
  closeTimeout: 100,
  onAuth: ({ username, password }, session, done) =>
    username === options.user && password === options.password
      ? done(null, { user: username })
      : done(new Error('5.7.8 these are not the words')),
  onMailFrom: ({ address }, session, done) => done(refusalAt('mail', address)),
  onRcptTo: ({ address }, session, done) => done(refusalAt('rcpt', address)),
  onData: (stream, session, done) => {
    const pieces = [];
    stream.on('data', (piece) => pieces.push(piece));
    stream.on('end', async () => {
      const refusal = refusalAt('data', session.envelope.rcptTo[0].address);
      if (refusal) return done(refusal);
      await record(Buffer.concat(pieces), session);
      return done(null, '2.0.0 taken as test-1');
    });
  },
});
server.on('error', () => {}); // of one connection; it ends, the others go on
server.listen(0, options.address ?? '127.0.0.1', () => console.log(server.server.address().port));
