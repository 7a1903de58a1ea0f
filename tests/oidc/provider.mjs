// An identity provider for tests (npm oidc-provider) on 127.0.0.1. Prints its port when it listens.
//
// The only argument is JSON: {"port": 0, "clients": [..as oidc-provider takes them..],
//   "people": {"SUBJECT": {..claims..}}, "algorithm": "RS256", "claims_in_id_token": true}.
// Redirect URIs are not known before the port is: POST /test/clients sets them. A browser that comes to
// /interaction/ID says who it is: ?as=SUBJECT, or ?cancel. POST /test/rotate has tokens signed by a new key from
// then on, and the key before forgotten.

import { createServer } from 'node:http';
import { generateKeyPair, exportJWK } from 'jose';
import Provider from 'oidc-provider';

const options = JSON.parse(process.argv[2] ?? '{}');
const algorithm = options.algorithm ?? 'RS256';
let clients = options.clients ?? [];
let keysMade = 0;
let issuer = '';
let provider;
let keys;

async function makeKeys() {
    const made = [];
    // Every client may ask for either; the provider needs a key for each.
    for (const alg of ['RS256', 'ES256']) {
        const { privateKey } = await generateKeyPair(alg, { extractable: true });
        const jwk = await exportJWK(privateKey);
        made.push({ ...jwk, alg, use: 'sig', kid: `${alg}-${++keysMade}` });
    }
    return made;
}

function makeProvider() {
    const made = new Provider(issuer, {
        clients: clients.map((each) => ({ id_token_signed_response_alg: algorithm, ...each })),
        jwks: { keys },
        cookies: { keys: ['a key of a test'] },
        pkce: { required: () => true, methods: ['S256'] },
        conformIdTokenClaims: !(options.claims_in_id_token ?? true),
        claims: {
            openid: ['sub'],
            email: ['email', 'email_verified'],
            profile: ['given_name', 'family_name'],
            amr: null,
        },
        features: { devInteractions: { enabled: false } },
        interactions: { url: (ctx, interaction) => `/interaction/${interaction.uid}` },
        findAccount: (ctx, sub) => ({
            accountId: sub,
            claims: () => ({ sub, ...(options.people ?? {})[sub] }),
        }),
        renderError: (ctx, out) => {
            ctx.type = 'json';
            ctx.body = out;
        },
    });
    return made;
}

async function interact(request, response, url) {
    const details = await provider.interactionDetails(request, response);
    if (url.searchParams.has('cancel')) {
        const said = { error: 'access_denied', error_description: 'the person does not want to' };
        return provider.interactionFinished(request, response, said, { mergeWithLastSubmission: false });
    }
    const accountId = url.searchParams.get('as');
    const grant = new provider.Grant({ accountId, clientId: details.params.client_id });
    grant.addOIDCScope(details.params.scope);
    const consent = { grantId: await grant.save() };
    const amr = (options.people ?? {})[accountId]?.amr;
    const said = { login: { accountId, amr }, consent };
    return provider.interactionFinished(request, response, said, { mergeWithLastSubmission: false });
}

async function body(request) {
    let text = '';
    for await (const piece of request) text += piece;
    return text === '' ? undefined : JSON.parse(text);
}

async function answer(request, response) {
    const url = new URL(request.url, issuer);
    if (url.pathname.startsWith('/interaction/')) return interact(request, response, url);
    if (request.method === 'POST' && url.pathname.startsWith('/test/')) {
        if (url.pathname === '/test/clients') clients = await body(request);
        if (url.pathname === '/test/rotate') keys = await makeKeys();
        provider = makeProvider();
        return response.writeHead(204).end();
    }
    return provider.callback()(request, response);
}

const server = createServer((request, response) => {
    answer(request, response).catch((failed) => {
        console.error(failed);
        response.writeHead(500).end();
    });
});
server.listen(options.port ?? 0, '127.0.0.1', async () => {
    issuer = `http://127.0.0.1:${server.address().port}`;
    keys = await makeKeys();
    provider = makeProvider();
    console.log(server.address().port);
});
