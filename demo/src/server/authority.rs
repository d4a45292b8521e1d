//! Whom does a client trust, when the server is its own? An authority made at the start, which lives as long as the server.

use std::net::IpAddr;

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa,
    KeyPair, KeyUsagePurpose,
};

/// A certificate for this server, and what stands behind it; all as PEM.
pub(super) struct Issued {
    /// The authority's own certificate: for clients to trust.
    pub(super) authority: String,
    pub(super) certificate: String,
    pub(super) key: String,
}

/// Makes an authority, and has it sign a certificate for this machine's own names and for `ip`. Nobody keeps the authority's
/// key, so it will never sign another.
pub(super) fn issue(ip: IpAddr) -> Result<Issued, rcgen::Error> {
    let mut authority = CertificateParams::default();
    authority.distinguished_name.push(DnType::CommonName, "Onethread demo authority");
    authority.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    authority.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let authority = CertifiedIssuer::self_signed(authority, KeyPair::generate()?)?;

    let names = ["localhost".into(), "127.0.0.1".into(), "::1".into(), ip.to_string()];
    let mut server = CertificateParams::new(names)?;
    server.distinguished_name.push(DnType::CommonName, "localhost");
    server.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    server.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    server.use_authority_key_identifier_extension = true;
    let key = KeyPair::generate()?;
    let certificate = server.signed_by(&key, &authority)?;
    Ok(Issued {
        authority: authority.pem(),
        certificate: certificate.pem(),
        key: key.serialize_pem(),
    })
}
