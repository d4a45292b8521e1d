//! Whom does a client trust, and who is a server? Certificates and keys, read from PEM.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ClientConfig, RootCertStore, ServerConfig};

/// Whom to trust, and how to speak.
#[derive(Clone)]
pub(crate) struct Trust {
    pub(super) config: Arc<ClientConfig>,
}

impl Trust {
    /// The authorities that Mozilla trusts.
    pub(crate) fn usual() -> Result<Trust, String> {
        let roots = webpki_roots::TLS_SERVER_ROOTS.iter().cloned().collect();
        Trust::new(roots)
    }

    /// Only the authorities in a PEM file.
    pub(crate) fn file(path: &Path) -> Result<Trust, String> {
        std::fs::read(path)
            .map_err(|error| error.to_string())
            .and_then(|pem| Trust::pem(&pem))
            .map_err(|why| format!("cannot use {} as CA file: {why}", path.display()))
    }

    /// Only the authorities in this PEM text.
    pub(crate) fn pem(pem: &[u8]) -> Result<Trust, String> {
        let mut roots = RootCertStore::empty();
        for certificate in CertificateDer::pem_slice_iter(pem) {
            let certificate = certificate.map_err(plainly)?;
            roots.add(certificate).map_err(|error| error.to_string())?;
        }
        if roots.is_empty() {
            return Err("it has no certificate (BEGIN CERTIFICATE) in it".into());
        }
        Trust::new(roots)
    }

    fn new(roots: RootCertStore) -> Result<Trust, String> {
        let config = ClientConfig::builder_with_provider(provider())
            .with_safe_default_protocol_versions()
            .map_err(|error| error.to_string())?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Trust::of(config))
    }

    /// Whatever the program says.
    pub(crate) fn of(mut config: ClientConfig) -> Trust {
        if config.alpn_protocols.is_empty() {
            config.alpn_protocols = vec![HTTP_1_1.to_vec()];
        }
        // One for all connections: sessions are resumed out of it.
        Trust { config: Arc::new(config) }
    }
}

/// Who a server is: its certificate, and the key that proves it.
#[derive(Clone)]
pub struct Identity {
    pub(super) config: Arc<ServerConfig>,
}

impl Identity {
    /// Reads a certificate, followed by those it stands on, and its private key, both as PEM.
    ///
    /// # Errors
    /// What is wrong with them: not PEM, nothing in it, a key that is not the certificate's.
    pub fn from_pem(certificates: &str, key: &str) -> Result<Identity, String> {
        let chain = CertificateDer::pem_slice_iter(certificates.as_bytes());
        let chain: Vec<_> = chain.collect::<Result<_, _>>().map_err(plainly)?;
        let key = PrivateKeyDer::from_pem_slice(key.as_bytes()).map_err(plainly)?;
        let mut config = ServerConfig::builder_with_provider(provider())
            .with_safe_default_protocol_versions()
            .and_then(|config| config.with_no_client_auth().with_single_cert(chain, key))
            .map_err(|error| error.to_string())?;
        config.alpn_protocols = vec![HTTP_1_1.to_vec()];
        Ok(Identity { config: Arc::new(config) })
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Identity").finish_non_exhaustive()
    }
}

/// The one protocol that is offered (ALPN).
pub(super) const HTTP_1_1: &[u8] = b"http/1.1";

fn provider() -> Arc<rustls::crypto::CryptoProvider> {
    Arc::new(rustls::crypto::ring::default_provider())
}

fn plainly(error: rustls::pki_types::pem::Error) -> String {
    format!("it is not PEM: {error}")
}
