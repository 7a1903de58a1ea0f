// An identity provider that lies. On 127.0.0.1; prints its port when it listens. A code says how it is
// answered: "LIE.NONCE", where the nonce is what an honest provider would remember. The test sends no browser
// here; it makes up what one would bring back.
//
// POST /test/keys with {"keys": "own" | "twice"} chooses what the JWKS holds; GET /test/asked says how often each
// path was asked for.

import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { CompactSign, exportJWK, exportSPKI, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';

const own = await generateKeyPair('RS256', { extractable: true });
const own2 = await generateKeyPair('ES256', { extractable: true });
const foreign = await generateKeyPair('RS256', { extractable: true });
const jwk = async (pair, kid, alg) => ({ ...(await exportJWK(pair.publicKey)), kid, alg, use: 'sig' });
const sets = {
    own: [await jwk(own, 'own', 'RS256'), await jwk(own2, 'own-ec', 'ES256')],
    twice: [await jwk(own, 'own', 'RS256'), await jwk(foreign, 'own', 'RS256')],
};
let published = 'own';
let issuer = '';
const asked = {};
const accessToken = 'an-access-token';

const now = () => Math.floor(Date.now() / 1000);
const atHash = (text) => createHash('sha256').update(text).digest().subarray(0, 16).toString('base64url');
const honest = (nonce) => ({
    iss: issuer, sub: 'mallory', aud: 'kidevent', iat: now(), exp: now() + 300, nonce, at_hash: atHash(accessToken),
    email: 'mallory@example.org', email_verified: true, given_name: 'Mallory', family_name: 'M',
});
const sign = (claims, pair = own, header = { alg: 'RS256', kid: 'own' }) =>
    new SignJWT(claims).setProtectedHeader(header).sign(pair.privateKey);

const lies = {
    honest: (n) => sign(honest(n)),
    elliptic: (n) => sign(honest(n), own2, { alg: 'ES256', kid: 'own-ec' }),
    forged: (n) => sign(honest(n), foreign),
    tampered: async (n) => {
        const [header, , signature] = (await sign(honest(n))).split('.');
        const other = Buffer.from(JSON.stringify({ ...honest(n), sub: 'victim' })).toString('base64url');
        return `${header}.${other}.${signature}`;
    },
    unsigned: (n) => new UnsecuredJWT(honest(n)).encode(),
    stripped: async (n) => {
        const header = Buffer.from(JSON.stringify({ alg: 'none', kid: 'own' })).toString('base64url');
        return `${header}.${(await sign(honest(n))).split('.')[1]}.`;
    },
    // The public key, which everybody knows, taken as the secret of an HMAC.
    symmetric: async (n) => new CompactSign(Buffer.from(JSON.stringify(honest(n))))
        .setProtectedHeader({ alg: 'HS256', kid: 'own' })
        .sign(Buffer.from(await exportSPKI(own.publicKey))),
    other_algorithm: async (n) => new SignJWT(honest(n)).setProtectedHeader({ alg: 'RS512', kid: 'own' })
        .sign((await generateKeyPair('RS512')).privateKey),
    expired: (n) => sign({ ...honest(n), iat: now() - 400, exp: now() - 100 }),
    old: (n) => sign({ ...honest(n), iat: now() - 86400 }),
    early: (n) => sign({ ...honest(n), iat: now() + 86400, exp: now() + 90000 }),
    other_audience: (n) => sign({ ...honest(n), aud: 'another' }),
    other_party: (n) => sign({ ...honest(n), aud: ['kidevent', 'another'], azp: 'another' }),
    other_issuer: (n) => sign({ ...honest(n), iss: 'https://accounts.example.org' }),
    slash_issuer: (n) => sign({ ...honest(n), iss: `${issuer}/` }),
    other_nonce: () => sign(honest('another')),
    no_nonce: () => sign(honest(undefined)),
    other_access_token: (n) => sign({ ...honest(n), at_hash: atHash('another') }),
    no_subject: (n) => sign({ ...honest(n), sub: undefined }),
    unknown_key: (n) => sign(honest(n), foreign, { alg: 'RS256', kid: 'unheard-of' }),
    several_factors: (n) => sign({ ...honest(n), amr: ['pwd', 'otp', 'mfa'] }),
    no_token: () => undefined,
    no_jwt: () => 'a.b.c',
    // Who is asked about more than the token says is somebody else.
    swapped: (n) => sign({ ...honest(n), email: undefined }),
    unverified: (n) => sign({ ...honest(n), sub: 'unverified', email: 'guardian1@alpha.example', email_verified: false }),
    other_known: (n) => sign({ ...honest(n), sub: 'known', email: 'guardian1@alpha.example' }),
};

async function body(request) {
    let text = '';
    for await (const piece of request) text += piece;
    return text;
}

function discovery() {
    return {
        issuer, authorization_endpoint: `${issuer}/auth`, token_endpoint: `${issuer}/token`, jwks_uri: `${issuer}/jwks`,
        userinfo_endpoint: `${issuer}/me`, response_types_supported: ['code'], code_challenge_methods_supported: ['S256'],
        id_token_signing_alg_values_supported: ['RS256', 'ES256'], authorization_response_iss_parameter_supported: true,
    };
}

async function answer(request, response) {
    issuer = `http://${request.headers.host}`; // as whoever asks knows it
    const { pathname } = new URL(request.url, issuer);
    const say = (status, what) => {
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(what));
    };
    if (pathname === '/test/asked') return say(200, asked);
    if (pathname === '/test/keys') {
        published = JSON.parse(await body(request)).keys;
        return say(200, {});
    }
    asked[pathname] = (asked[pathname] ?? 0) + 1;
    if (pathname === '/.well-known/openid-configuration') return say(200, discovery());
    if (pathname === '/jwks') return say(200, { keys: sets[published] });
    if (pathname === '/me') return say(200, { sub: 'victim', email: 'victim@example.org', email_verified: true });
    if (pathname !== '/token') return say(404, {});
    const code = new URLSearchParams(await body(request)).get('code') ?? '';
    const lie = lies[code.split('.')[0]];
    if (!lie) return say(400, { error: 'invalid_grant' });
    const idToken = await lie(code.slice(code.indexOf('.') + 1));
    return say(200, { access_token: accessToken, token_type: 'Bearer', expires_in: 60, id_token: idToken });
}

const server = createServer((request, response) => {
    answer(request, response).catch((failed) => {
        console.error(failed);
        response.writeHead(500).end();
    });
});
server.listen(0, '127.0.0.1', () => {
    console.log(server.address().port);
});
