//! Certificates for the tests, made anew each time: good ones, and ones with something wrong.

use std::sync::Arc;

use http_client::{Client, ClientBuilder};
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, date_time_ymd,
};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{ClientConfig, RootCertStore, ServerConfig, SupportedProtocolVersion};

/// Somebody who signs certificates, and whom a client may trust.
pub(crate) struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
}

/// Which of a certificate's dates is wrong.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Validity {
    Good,
    Over,
    NotYet,
}

impl Authority {
    pub(crate) fn new() -> Authority {
        Authority::named("the tests' authority")
    }

    pub(crate) fn named(name: &str) -> Authority {
        let key = KeyPair::generate().unwrap();
        Authority { issuer: CertifiedIssuer::self_signed(authority_params(name), key).unwrap() }
    }

    /// An authority that this one answers for.
    pub(crate) fn deputy(&self) -> Authority {
        let (params, key) = (authority_params("a deputy"), KeyPair::generate().unwrap());
        Authority { issuer: CertifiedIssuer::signed_by(params, key, &self.issuer).unwrap() }
    }

    /// Its own certificate, as PEM.
    pub(crate) fn ca(&self) -> String {
        self.issuer.pem()
    }

    /// A client that trusts this authority alone.
    pub(crate) fn client(&self, set: impl FnOnce(ClientBuilder) -> ClientBuilder) -> Client {
        self.client_of(|builder| set(builder).build())
    }

    /// The same where it is built by somebody else.
    pub(crate) fn client_of(&self, build: impl FnOnce(ClientBuilder) -> Client) -> Client {
        build(Client::builder().ca_pem(&self.issuer.pem()).unwrap())
    }

    /// A client's own settings: with a certificate from this authority, too, or not.
    pub(crate) fn config(
        &self,
        version: &'static SupportedProtocolVersion,
        identity: bool,
    ) -> ClientConfig {
        let mut roots = RootCertStore::empty();
        roots.add(self.issuer.der().clone()).unwrap();
        let builder = ClientConfig::builder_with_provider(provider());
        let builder = builder.with_protocol_versions(&[version]).unwrap();
        let builder = builder.with_root_certificates(roots);
        if !identity {
            return builder.with_no_client_auth();
        }
        let (chain, key) = self.certificate("client.test", Validity::Good);
        builder.with_client_auth_cert(chain, key).unwrap()
    }

    /// A server's settings, with a certificate for `host` from this authority.
    pub(crate) fn server(&self, host: &str) -> ServerConfig {
        self.server_with(host, Validity::Good, rustls::ALL_VERSIONS)
    }

    pub(crate) fn server_with(
        &self,
        host: &str,
        validity: Validity,
        versions: &[&'static SupportedProtocolVersion],
    ) -> ServerConfig {
        let (chain, key) = self.certificate(host, validity);
        serving(chain, key, versions)
    }

    /// A server's settings, with a certificate for `host` that is changed like this before it is signed.
    pub(crate) fn server_changed(
        &self,
        host: &str,
        change: impl FnOnce(&mut CertificateParams),
    ) -> ServerConfig {
        let mut params = CertificateParams::new([host.to_string()]).unwrap();
        change(&mut params);
        let (chain, key) = self.sign(&params);
        serving(chain, key, rustls::ALL_VERSIONS)
    }

    /// A server's settings that ask the client for a certificate from this authority.
    pub(crate) fn server_that_asks_who(&self, host: &str) -> ServerConfig {
        let mut roots = RootCertStore::empty();
        roots.add(self.issuer.der().clone()).unwrap();
        let verifier =
            WebPkiClientVerifier::builder_with_provider(roots.into(), provider()).build();
        let builder = ServerConfig::builder_with_provider(provider());
        let builder = builder.with_safe_default_protocol_versions().unwrap();
        let (chain, key) = self.certificate(host, Validity::Good);
        let builder = builder.with_client_cert_verifier(verifier.unwrap());
        builder.with_single_cert(chain, key).unwrap()
    }

    /// A certificate for `host` and its key, as PEM.
    pub(crate) fn pem(&self, host: &str) -> (String, String) {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new([host.to_string()]).unwrap();
        (params.signed_by(&key, &self.issuer).unwrap().pem(), key.serialize_pem())
    }

    fn certificate(
        &self,
        host: &str,
        validity: Validity,
    ) -> (Vec<CertificateDer<'static>>, PrivateKeyDer<'static>) {
        let mut params = CertificateParams::new([host.to_string()]).unwrap();
        match validity {
            Validity::Good => {}
            Validity::Over => params.not_after = date_time_ymd(2001, 1, 1),
            Validity::NotYet => params.not_before = date_time_ymd(4000, 1, 1),
        }
        self.sign(&params)
    }

    fn sign(
        &self,
        params: &CertificateParams,
    ) -> (Vec<CertificateDer<'static>>, PrivateKeyDer<'static>) {
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        (vec![certificate.der().clone()], PrivateKeyDer::Pkcs8(key.serialize_der().into()))
    }
}

/// A server's settings, with a certificate for `host` that nobody but itself has signed.
pub(crate) fn self_signed(host: &str) -> ServerConfig {
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new([host.to_string()]).unwrap();
    let chain = vec![params.self_signed(&key).unwrap().der().clone()];
    serving(chain, PrivateKeyDer::Pkcs8(key.serialize_der().into()), rustls::ALL_VERSIONS)
}

fn serving(
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
    versions: &[&'static SupportedProtocolVersion],
) -> ServerConfig {
    let builder = ServerConfig::builder_with_provider(provider());
    let builder = builder.with_protocol_versions(versions).unwrap().with_no_client_auth();
    builder.with_single_cert(chain, key).unwrap()
}

fn authority_params(name: &str) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(rustls::crypto::ring::default_provider())
}
