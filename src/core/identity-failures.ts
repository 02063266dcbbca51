/**
 * Every way in which a person, or the account behind a DID, cannot be made out. For owners and their programs: an app hears
 * `IdentityUnresolved` of all of these, for its owner's DID document is none of its business.
 */
export const identityFailures = {
  HandleInvalid: {
    status: 400,
    close: 1008,
    exit: 2,
    hint: 'Type the handle as your apps show it, like alice.example.com.',
  },
  HandleReserved: {
    status: 400,
    close: 1008,
    exit: 2,
    hint: 'Type the handle as your apps show it, or the DID itself.',
  },
  HandleNotFound: {
    status: 404,
    close: 1008,
    exit: 1,
    hint: 'Check how it is spelled; or type the DID itself.',
  },
  HandleAmbiguous: {
    status: 502,
    close: 1008,
    exit: 1,
    hint: 'Leave one TXT record `did=…` there, in the DNS of the handle; or type the DID itself.',
  },
  HandleMismatch: {
    status: 502,
    close: 1008,
    exit: 1,
    hint: 'Use the handle that the account has now, or the DID itself.',
  },
  DidInvalid: {
    status: 400,
    close: 1008,
    exit: 2,
    hint: 'A DID looks like did:plc:ewvi7nxzyoun6zhxrhs64oiz or did:web:example.com.',
  },
  DidUnsupported: {
    status: 400,
    close: 1008,
    exit: 2,
    hint: 'Accounts of atproto have a did:plc, or a did:web that is a host name alone.',
  },
  DidNotFound: {
    status: 404,
    close: 1008,
    exit: 1,
    hint: 'Check how it is spelled, and GROUNDMIST_PLC_URL where that is set.',
  },
  DidGivenUp: {
    status: 410,
    close: 1008,
    exit: 1,
    hint: 'It cannot come back: name the DID of another account.',
  },
  DidDocumentInvalid: {
    status: 502,
    close: 1008,
    exit: 1,
    hint: 'Check GROUNDMIST_PLC_URL; of a did:web, what its host answers at /.well-known/did.json.',
  },
  PdsMissing: {
    status: 502,
    close: 1008,
    exit: 1,
    hint: 'The account has no home: its DID document needs a service #atproto_pds.',
  },
  PdsInvalid: {
    status: 502,
    close: 1008,
    exit: 1,
    hint: 'The service #atproto_pds of its DID document must be like https://pds.example.com.',
  },
  SigningKeyMissing: {
    status: 502,
    close: 1008,
    exit: 1,
    hint: 'The DID document of the account needs a verification method #atproto.',
  },
  SigningKeyInvalid: {
    status: 502,
    close: 1008,
    exit: 1,
    hint: 'The verification method #atproto must have a key of P-256 or secp256k1.',
  },
  IdentityUnreachable: {
    status: 503,
    close: 1013,
    exit: 1,
    hint: 'Check the network of this machine, then try again.',
  },
} as const;
